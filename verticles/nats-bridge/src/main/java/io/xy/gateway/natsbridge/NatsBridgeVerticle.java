package io.xy.gateway.natsbridge;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.xy.gateway.natsbridge.child.ChildNatsServer;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.message.Control;
import org.jspecify.annotations.Nullable;

/**
 * The way to NATS: streams, requests, publications. Starts and lives without a server.
 *
 * <p>The first instance of a node serves its streams, so that a subject belongs to one instance; every instance serves
 * calls and publications. A child server belongs to the first instance, and others have nothing to do then.
 */
public final class NatsBridgeVerticle extends VerticleBase {
    private static final long TIDY_MILLIS = 250;

    private final GatewayConfig config;
    private final int instance;
    private @Nullable Bridge bridge;

    /**
     * @param instance number of this instance on its node, from 0
     */
    public NatsBridgeVerticle(GatewayConfig config, int instance) {
        this.config = config;
        this.instance = instance;
    }

    @Override
    public Future<?> start() {
        boolean ownServer = config.nats().urls().isEmpty() && config.nats().child();
        if (ownServer && instance > 0) {
            return Future.succeededFuture();
        }
        Bus bus = new Bus(vertx, config.node().id());
        Bridge made = new Bridge(vertx, bus, config, instance, ownServer ? new ChildNatsServer() : null);
        bridge = made;
        vertx.setPeriodic(TIDY_MILLIS, id -> made.tidy());
        return serve(bus, made).compose(served -> made.start());
    }

    @Override
    public Future<?> stop() {
        return bridge == null ? Future.succeededFuture() : bridge.stop();
    }

    private Future<Void> serve(Bus bus, Bridge made) {
        Future<?> streams = instance == 0
                ? Future.all(
                        bus.serve(Contract.STREAM_INTEREST_NATS, made.streams()::onInterest),
                        bus.serve(Contract.STREAM_HISTORY, made.history()::onQuery))
                : Future.succeededFuture();
        return Future.all(
                        streams,
                        bus.serve(Contract.NATS_CALL, made.calls()::onCall),
                        bus.serve(Contract.NATS_PUBLISH, made.publications()::onPublish),
                        bus.listen(Contract.CONTROL, control -> onControl(control, made)))
                .mapEmpty();
    }

    private void onControl(Control control, Bridge made) {
        boolean ours =
                control.node().isEmpty() || control.node().equals(config.node().id());
        if (control.kind() == Control.Kind.MEMBER_LEFT) {
            made.streams().onNodeGone(control.node());
        } else if (control.kind() == Control.Kind.DRAIN && ours) {
            made.announceDrain();
        }
    }
}
