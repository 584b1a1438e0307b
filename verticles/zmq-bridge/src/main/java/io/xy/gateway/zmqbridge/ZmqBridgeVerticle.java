package io.xy.gateway.zmqbridge;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.bus.Registration;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.ZmqConfig;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.runtime.HealthReporter;
import io.xy.gateway.zmqbridge.client.ClientSettings;
import io.xy.gateway.zmqbridge.client.ServiceClient;
import io.xy.gateway.zmqbridge.codec.PayloadCodec;
import io.xy.gateway.zmqbridge.majordomo.MajordomoBroker;
import io.xy.gateway.zmqbridge.socket.CurveRing;
import io.xy.gateway.zmqbridge.stream.ZmqStreams;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves calls of Majordomo services on the bus, and runs the broker of this process when it is configured to. One event
 * loop; the sockets have threads of their own.
 */
public final class ZmqBridgeVerticle extends VerticleBase {
    private static final long DRAIN_MILLIS = 5_000;
    private static final long TIDY_MILLIS = 250;

    private final GatewayConfig config;
    private final int instance;
    private String endpoint = "";
    private @Nullable MajordomoBroker broker;
    private @Nullable PayloadCodec codec;
    private @Nullable ServiceClient client;
    private @Nullable ZmqStreams streams;
    private @Nullable HealthReporter reporter;
    private @Nullable Registration calls;
    private @Nullable BridgeReport report;
    private @Nullable BreakerMeters meters;

    /**
     * @param instance number of this instance on its node, from 0; the first one runs the broker
     */
    public ZmqBridgeVerticle(GatewayConfig config, int instance) {
        this.config = config;
        this.instance = instance;
    }

    /** Where workers reach the broker of this process, once it is started; empty when it runs none. */
    public String brokerEndpoint() {
        return endpoint;
    }

    @Override
    public Future<?> start() {
        Bus bus = new Bus(vertx, config.node().id());
        return startBroker().compose(brokers -> serve(bus, brokers));
    }

    /** Finishes what is under way, takes nothing new, gives the sockets back. */
    @Override
    public Future<?> stop() {
        if (report != null) {
            report.drain();
        }
        if (reporter != null) {
            reporter.now();
            reporter.stop();
        }
        if (meters != null) {
            meters.close();
        }
        Future<?> withdrawn = calls == null ? Future.succeededFuture() : calls.close();
        return withdrawn
                .transform(done -> client == null ? Future.<Void>succeededFuture() : client.close(DRAIN_MILLIS))
                .transform(done -> streams == null ? Future.<Void>succeededFuture() : streams.close())
                .transform(done -> closeCodec())
                .transform(done -> broker == null
                        ? Future.<Void>succeededFuture()
                        : Future.fromCompletionStage(broker.close(), context));
    }

    private Future<Void> closeCodec() {
        PayloadCodec payloads = codec;
        return payloads == null
                ? Future.succeededFuture()
                : vertx.executeBlocking(() -> {
                    payloads.close();
                    return null;
                });
    }

    /** The brokers to connect to. */
    private Future<List<String>> startBroker() {
        ZmqConfig zmq = config.zmq();
        if (zmq.mode() == ZmqConfig.Mode.CLIENT) {
            return Future.succeededFuture(zmq.brokers());
        }
        if (instance > 0) {
            return Future.succeededFuture(List.of(EmbeddedBroker.reachable(zmq.bind())));
        }
        MajordomoBroker own = new MajordomoBroker(EmbeddedBroker.settings(zmq), CurveRing.of(zmq, List.of()));
        broker = own;
        return Future.fromCompletionStage(own.start(), context).map(bound -> {
            endpoint = EmbeddedBroker.reachable(bound);
            return List.of(endpoint);
        });
    }

    private Future<?> serve(Bus bus, List<String> brokers) {
        ClientSettings settings = ClientSettings.of(config.zmq(), "zmq-client-" + instance, brokers);
        PayloadCodec payloads = new PayloadCodec(
                config.pickle(), "zmq-pickle-" + instance, config.zmq().maxMessageBytes());
        codec = payloads;
        ServiceClient own = new ServiceClient(
                vertx, settings, payloads, late -> bus.publish(Contract.OUTCOME_LATE, late), this::onBrokerChange);
        streams = streams(bus, payloads, brokers);
        BridgeReport said = new BridgeReport(config.node().id(), instance, own, payloads, broker, streams);
        BreakerMeters gauges = new BreakerMeters(instance);
        HealthReporter reports = new HealthReporter(vertx, bus, () -> {
            gauges.show(own.counts().breakers());
            return said.make();
        });
        client = own;
        meters = gauges;
        report = said;
        reporter = reports;
        return own.start()
                .compose(contact -> bus.serve(Contract.ZMQ_CALL, own::call))
                .map(registration -> calls = registration)
                .compose(serving -> serveStreams(bus))
                .compose(serving -> bus.listen(Contract.CONTROL, this::onControl))
                .compose(listening -> reports.start());
    }

    /** The first instance of a node has its streams, so that a subject belongs to one instance. */
    private @Nullable ZmqStreams streams(Bus bus, PayloadCodec payloads, List<String> brokers) {
        boolean none =
                config.streams().sources().isEmpty() && config.zmq().worker().isEmpty();
        return instance > 0 || none
                ? null
                : new ZmqStreams(vertx, bus, config, payloads, brokers, this::onBrokerChange);
    }

    private Future<?> serveStreams(Bus bus) {
        ZmqStreams own = streams;
        if (own == null) {
            return Future.succeededFuture();
        }
        own.start();
        vertx.setPeriodic(TIDY_MILLIS, timer -> own.tidy());
        return bus.serve(Contract.STREAM_INTEREST_ZMQ, own::onInterest);
    }

    private void onBrokerChange() {
        if (reporter != null && calls != null) {
            reporter.now();
        }
    }

    private void onControl(Control control) {
        boolean meant =
                control.node().isEmpty() || control.node().equals(config.node().id());
        if (control.kind() == Control.Kind.MEMBER_LEFT && streams != null) {
            streams.onNodeGone(control.node());
        }
        if (control.kind() == Control.Kind.DRAIN && meant && report != null && reporter != null) {
            // Goes on serving until others have seen the withdrawal.
            report.drain();
            reporter.now();
        }
    }
}
