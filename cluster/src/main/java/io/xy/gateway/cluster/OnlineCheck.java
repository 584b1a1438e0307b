package io.xy.gateway.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.xy.gateway.health.probe.Databases;
import io.xy.gateway.httpapi.upstream.UpstreamKnock;
import io.xy.gateway.natsbridge.link.NatsKnock;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.ZmqConfig;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.security.JwksKnock;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tries everything outside that a configuration leads to, all at once and each for five seconds at most, and prints what
 * became of it. What the node itself starts is not tried. Never prints a credential.
 */
final class OnlineCheck {
    private static final int LIMIT_SECONDS = 5;
    private static final int LONGEST_REASON = 160;
    private static final long SOON_DAYS = 14;

    /** What became of one attempt. */
    private record Result(String what, String place, boolean well, String reason) {}

    private final GatewayConfig config;
    private final List<RouteConfig> routes;
    private final Vertx vertx = Vertx.vertx();
    private final List<Future<Result>> attempts = new ArrayList<>();

    OnlineCheck(Start start) {
        this.config = start.config();
        this.routes = start.routes();
    }

    /** Whether everything is there. */
    boolean run(PrintStream out) {
        try {
            upstreams();
            brokers();
            nats();
            databases();
            keys();
            certificates();
            Future.join(attempts).otherwiseEmpty().await();
        } finally {
            vertx.close().await();
        }
        boolean well = true;
        for (Future<Result> attempt : attempts) {
            Result result = attempt.result();
            well &= result.well;
            out.println(String.format(
                    Locale.ROOT,
                    "%-7s %-28s %-36s %s",
                    result.well ? "ok" : "FAILED",
                    result.what,
                    result.place,
                    result.reason));
        }
        return well;
    }

    private void upstreams() {
        Map<String, UpstreamConfig> used = new LinkedHashMap<>();
        for (RouteConfig route : routes) {
            if (config.node().runs(Role.HTTP_API) && route.target() instanceof RouteTarget.Http http) {
                used.put(http.upstream().name(), http.upstream());
            }
        }
        for (UpstreamConfig upstream : used.values()) {
            for (UpstreamConfig.Url url : upstream.urls()) {
                boolean standIn = config.node().runs(Role.SIMULATOR)
                        && url.port() == config.simulator().upstreamPort()
                        && url.host().equals("127.0.0.1");
                String what = "upstream " + upstream.name();
                if (standIn) {
                    note(what, url.toString(), "a stand-in, which starts with the node");
                } else {
                    attempt(what, url.toString(), UpstreamKnock.knock(vertx, upstream, url));
                }
            }
        }
    }

    private void brokers() {
        ZmqConfig zmq = config.zmq();
        if (!config.node().runs(Role.ZMQ_BRIDGE)) {
            return;
        }
        if (zmq.mode() == ZmqConfig.Mode.BROKER || zmq.mock()) {
            note("Majordomo broker", zmq.bind(), "starts with the node");
            return;
        }
        for (String broker : zmq.brokers()) {
            attempt("Majordomo broker", broker, greeting(broker));
        }
    }

    /** ZMTP 3: both sides begin with 0xff, eight bytes, 0x7f. */
    private Future<String> greeting(String endpoint) {
        URI uri = URI.create(endpoint);
        if (!"tcp".equals(uri.getScheme()) || uri.getHost() == null) {
            return Future.failedFuture("only tcp:// endpoints can be tried");
        }
        NetClient client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(LIMIT_SECONDS * 1_000));
        return client.connect(uri.getPort(), uri.getHost())
                .compose(socket -> {
                    Future<String> heard = Future.future(promise -> {
                        socket.handler(bytes -> {
                            boolean speaks = bytes.length() > 0 && (bytes.getByte(0) & 0xff) == 0xff;
                            if (speaks) {
                                promise.tryComplete("speaks ZMTP");
                            } else {
                                promise.tryFail("something else than ZMTP listens here");
                            }
                        });
                        socket.closeHandler(closed -> promise.tryFail("hung up without a greeting"));
                    });
                    return heard;
                })
                .timeout(LIMIT_SECONDS - 1, TimeUnit.SECONDS)
                .eventually(client::close);
    }

    private void nats() {
        if (!config.node().runs(Role.NATS_BRIDGE)) {
            return;
        }
        if (config.nats().urls().isEmpty()) {
            note("NATS", "", config.nats().child() ? "a child server starts with the node" : "not configured");
        }
        for (String url : config.nats().urls()) {
            attempt("NATS", withoutUser(url), NatsKnock.knock(vertx, config.nats(), url));
        }
    }

    private void databases() {
        Databases databases = new Databases(vertx, config, () -> {});
        onLoop(databases::start).await();
        databases.standings().forEach(standing -> {
            boolean well = standing.up() && standing.missing().isEmpty();
            String reason = standing.up() ? String.join(", ", standing.missing()) : standing.detail();
            attempts.add(Future.succeededFuture(new Result(standing.name(), "", well, shown(reason))));
        });
        onLoop(databases::stop).otherwiseEmpty().await();
    }

    private Future<Void> onLoop(Supplier<Future<Void>> work) {
        return Future.future(done -> vertx.runOnContext(go -> work.get().onComplete(done)));
    }

    private void keys() {
        String url = config.jwt().jwksUrl();
        if (!url.isEmpty()) {
            attempt(
                    "token keys",
                    withoutUser(url),
                    JwksKnock.keys(vertx, config.jwt()).map(keys -> keys + " usable"));
        }
    }

    private void certificates() {
        if (config.tls().enabled()) {
            certificate("certificate", config.tls().certificate());
            certificate("client authority", config.tls().clientCa());
        }
        certificate("NATS client certificate", config.nats().tlsCert());
        certificate("NATS authority", config.nats().tlsCa());
    }

    private void certificate(String what, String file) {
        if (file.isEmpty()) {
            return;
        }
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            Instant ends = Instant.MAX;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                Instant end = ((X509Certificate) each).getNotAfter().toInstant();
                ends = end.isBefore(ends) ? end : ends;
            }
            boolean well = ends != Instant.MAX && ends.isAfter(Instant.now());
            attempts.add(Future.succeededFuture(new Result(what, file, well, expiry(ends))));
        } catch (IOException | CertificateException e) {
            attempts.add(
                    Future.succeededFuture(new Result(what, file, false, shown("cannot be read: " + e.getMessage()))));
        }
    }

    private static String expiry(Instant ends) {
        if (ends == Instant.MAX) {
            return "holds no certificate";
        }
        long days = Instant.now().until(ends, ChronoUnit.DAYS);
        return !ends.isAfter(Instant.now())
                ? "expired at " + ends
                : "expires at " + ends + (days < SOON_DAYS ? ", in " + days + " days: renew it" : "");
    }

    private void note(String what, String place, String text) {
        attempts.add(Future.succeededFuture(new Result(what, place, true, text)));
    }

    private void attempt(String what, String place, Future<String> asked) {
        attempts.add(asked.timeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .map(said -> new Result(what, place, true, said))
                .otherwise(e -> new Result(what, place, false, shown(String.valueOf(e.getMessage())))));
    }

    /** One line, not too long, and without what stands before an @, as in URLs. */
    private static String shown(String text) {
        String line = withoutUser(text.replaceAll("\\s+", " "));
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
    }

    private static String withoutUser(String text) {
        return text.replaceAll("//[^/@\\s]*@", "//***@");
    }
}
