package io.xy.gateway.shared.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The way to Majordomo. Durations in milliseconds.
 *
 * @param mode whether the broker is elsewhere or in this process
 * @param brokers endpoints, the preferred one first
 * @param bind endpoint of the broker in this process
 * @param outstanding calls in flight per service, when the service has no own entry
 * @param queue calls that may wait per service
 * @param plaintext whether production may reach brokers on other hosts without CURVE
 * @param worker name under which the gateway registers itself as a worker; empty for not at all
 * @param streamInbox values of publishers that may wait for the event loop
 * @param streamWindow batches that may be on the way to one fan-out instance
 */
public record ZmqConfig(
        Mode mode,
        List<String> brokers,
        String bind,
        boolean mock,
        long timeoutMillis,
        int retries,
        long heartbeatMillis,
        int outstanding,
        int queue,
        int maxMessageBytes,
        Breaker breaker,
        CurveConfig curve,
        boolean plaintext,
        String worker,
        int streamInbox,
        int streamWindow,
        Map<String, Service> services) {
    private static final String LOOPBACK = "tcp://(127\\.[0-9.]+|localhost|\\[::1]):.*";

    public ZmqConfig {
        services = Map.copyOf(services);
    }

    public enum Mode {
        /** Connects to a broker. */
        CLIENT,
        /** Runs a broker too, and connects to it. */
        BROKER
    }

    /** How replies find their caller. */
    public enum Correlation {
        /** By the request-id frame, the desk's form. */
        REQUEST_ID,
        /** One call outstanding per socket, for plain MDP/0.1 workers. */
        LANE
    }

    /**
     * What differs for one service.
     *
     * @param concurrency calls in flight
     */
    public record Service(Correlation correlation, int concurrency) {}

    /**
     * When calls of a service that fails are refused at once. Durations in milliseconds.
     *
     * @param failures within one window that open the circuit
     * @param openMillis until one call may try again
     */
    public record Breaker(int failures, long windowMillis, long openMillis) {
        private static Breaker read(Section s) {
            Breaker breaker = new Breaker(
                    s.integer("failures", 5)
                            .env("ZMQ_BREAKER_FAILURES")
                            .range(1, 10_000)
                            .readInt("Timeouts, lost brokers and unreadable replies that open a service's circuit"),
                    s.duration("window", 30_000)
                            .env("ZMQ_BREAKER_WINDOW")
                            .range(100, 3_600_000)
                            .read("Time within which the failures have to fall"),
                    s.duration("open", 5_000)
                            .env("ZMQ_BREAKER_OPEN")
                            .range(100, 600_000)
                            .read("Time for which calls are refused before one may try again"));
            s.done();
            return breaker;
        }
    }

    static ZmqConfig read(Section s, Profile profile) {
        boolean dev = profile == Profile.DEV;
        boolean brokerGiven = s.reading().variable("ZMQ_BROKER_URL") != null || s.has("brokers");
        boolean mock = s.flag("mock", dev && !brokerGiven)
                .env("USE_MOCK_ZMQ")
                .read("Run the mock services of the simulator, with a broker in this process");
        Mode mode = s.word("mode", mock ? Mode.BROKER : Mode.CLIENT)
                .env("ZMQ_MODE")
                .read("`client` connects to a broker; `broker` runs one in this process and connects to it");
        List<String> brokers = s.texts("brokers", List.of("tcp://127.0.0.1:5555"))
                .env("ZMQ_BROKER_URL")
                .form(
                        "tcp://([^/:;\\[\\]]+|\\[[0-9A-Fa-f:.]+]):[0-9]{1,5}|ipc://.+",
                        "endpoints such as tcp://host:5555")
                .read("Brokers, the preferred one first");
        ZmqConfig config = new ZmqConfig(
                mode,
                brokers,
                s.text("bind", "tcp://127.0.0.1:5555")
                        .env("ZMQ_BIND")
                        .form("tcp://.+", "a tcp endpoint")
                        .read("Where the broker of this process listens"),
                mock,
                s.duration("timeout", 5_000)
                        .env("ZMQ_TIMEOUT", "ZMQ_BROKER_TIMEOUT")
                        .range(100, 30_000)
                        .read("Deadline of a call whose route names none"),
                s.integer("retries", 3)
                        .env("ZMQ_RETRIES")
                        .range(0, 10)
                        .readInt("Repeats of a call that is safe to repeat"),
                s.duration("heartbeat", 2_500)
                        .env("ZMQ_HEARTBEAT_INTERVAL")
                        .range(100, 60_000)
                        .read("Interval of probes that prove the broker alive"),
                s.integer("outstanding", 64)
                        .env("ZMQ_OUTSTANDING")
                        .range(1, 100_000)
                        .readInt("Calls in flight per service"),
                s.integer("queue", 1_000)
                        .env("ZMQ_QUEUE")
                        .range(0, 1_000_000)
                        .readInt("Calls that may wait per service; more is `overloaded`"),
                s.size("max-message", 4 << 20)
                        .env("ZMQ_MAX_MESSAGE")
                        .range(1_024, 1 << 28)
                        .readInt("Largest message that is read from a peer"),
                Breaker.read(s.section("breaker")),
                CurveConfig.read(s.section("curve"), mode, brokers.size()),
                s.flag("plaintext", false)
                        .env("ZMQ_PLAINTEXT")
                        .read("In production, speak to brokers on other hosts without CURVE"),
                worker(s.section("worker")),
                s.integer("stream-inbox", 65_536)
                        .env("ZMQ_STREAM_INBOX")
                        .range(16, 1_000_000)
                        .readInt(
                                "Values of publishers that may wait for the event loop; more are lost, and said to be"),
                s.integer("stream-window", 256)
                        .env("ZMQ_STREAM_WINDOW")
                        .range(1, 65_536)
                        .readInt("Batches that may be on the way to one fan-out instance"),
                services(s));
        s.done();
        return config;
    }

    private static String worker(Section s) {
        String service = s.text("service", "")
                .env("ZMQ_WORKER_SERVICE")
                .form("([A-Za-z0-9_.-]{1,128})?", "the name of a service")
                .read("Register as a worker of this service, so that services can push values to streams");
        s.done();
        return service;
    }

    /** The first endpoint that leaves this host although nobody has said that it may; empty when there is none. */
    public String exposed() {
        boolean secured =
                mode == Mode.BROKER ? curve.enabled() : !curve.serverKeys().isEmpty();
        List<String> endpoints = mode == Mode.BROKER ? List.of(bind) : brokers;
        return secured || plaintext
                ? ""
                : endpoints.stream()
                        .filter(endpoint -> endpoint.startsWith("tcp://") && !endpoint.matches(LOOPBACK))
                        .findFirst()
                        .orElse("");
    }

    private static Map<String, Service> services(Section s) {
        Map<String, Service> services = new LinkedHashMap<>();
        s.named("services").forEach((name, section) -> {
            services.put(
                    name,
                    new Service(
                            section.word("correlation", Correlation.REQUEST_ID)
                                    .read("How replies of this service find their caller"),
                            section.integer("concurrency", 64)
                                    .range(1, 100_000)
                                    .readInt("Calls in flight to this service")));
            section.done();
        });
        return services;
    }
}
