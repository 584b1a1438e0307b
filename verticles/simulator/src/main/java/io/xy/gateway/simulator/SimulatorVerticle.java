package io.xy.gateway.simulator;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Figure;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.runtime.Directory;
import io.xy.gateway.shared.runtime.HealthReporter;
import io.xy.gateway.simulator.desk.DeskClock;
import io.xy.gateway.simulator.feed.EventInbox;
import io.xy.gateway.simulator.feed.Feed;
import io.xy.gateway.simulator.prices.Market;
import io.xy.gateway.simulator.upstreams.StandIns;
import io.xy.gateway.simulator.worker.Workers;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the back ends in development: the desk's four services at a Majordomo broker, and prices. Wires only;
 * everything but the workers lives on this event loop.
 */
public final class SimulatorVerticle extends VerticleBase {
    private final GatewayConfig config;
    private final int instance;
    private final DeskClock clock;
    private final long startedAt = System.currentTimeMillis();
    private final SplittableRandom random = new SplittableRandom();
    private HealthReport.State state = HealthReport.State.UP;
    private @Nullable Feed feed;
    private @Nullable Workers workers;
    private @Nullable StandIns standIns;
    private int standInPort;
    private @Nullable HealthReporter health;

    /**
     * @param instance number of the instance on its node; there should be one per node
     */
    public SimulatorVerticle(GatewayConfig config, int instance) {
        this(config, instance, DeskClock.REAL);
    }

    SimulatorVerticle(GatewayConfig config, int instance, DeskClock clock) {
        this.config = config;
        this.instance = instance;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        Bus bus = new Bus(vertx, config.node().id());
        Directory directory = new Directory(vertx, bus);
        Feed feeding = new Feed(vertx, bus, directory, Long.toString(startedAt, 36) + '-' + instance);
        feed = feeding;
        HealthReporter reporter = new HealthReporter(vertx, bus, this::report);
        health = reporter;
        EventInbox inbox = new EventInbox(context, feeding);
        if (config.zmq().mock()) {
            workers = new Workers(context, config.zmq(), clock, random.split(), inbox::put);
        }
        return directory
                .start()
                .compose(listening -> feeding.start())
                .compose(serving -> startStandIns())
                .compose(serving -> reporter.start())
                .map(reporting -> {
                    if (workers != null) {
                        workers.start();
                    }
                    startPrices(feeding);
                    return null;
                });
    }

    @Override
    public Future<?> stop() {
        state = HealthReport.State.DRAINING;
        if (health != null) {
            health.now();
            health.stop();
        }
        Future<?> closed = standIns == null ? Future.succeededFuture() : standIns.stop();
        Future<?> ended = workers == null
                ? Future.succeededFuture()
                : workers.stop(config.node().drainMillis());
        return Future.join(closed, ended).mapEmpty();
    }

    private Future<?> startStandIns() {
        if (config.simulator().upstreamPort() == 0) {
            return Future.succeededFuture();
        }
        StandIns created = new StandIns(vertx);
        standIns = created;
        return created.start(config.simulator().upstreamPort()).onSuccess(port -> standInPort = port);
    }

    private void startPrices(Feed feeding) {
        Market market = new Market(random.split());
        vertx.setPeriodic(config.simulator().tickMillis(), id -> {
            feeding.chooseWay();
            market.tick(System.currentTimeMillis(), feeding::offer);
            feeding.flush();
        });
        vertx.setPeriodic(config.simulator().marketMillis(), id -> {
            feeding.chooseWay();
            Market.deskRecord(System.currentTimeMillis(), feeding::offer);
            feeding.flush();
        });
    }

    private HealthReport report() {
        List<Figure> figures = List.of(
                new Figure("ticks", feed == null ? 0 : feed.values()),
                new Figure("dropped", feed == null ? 0 : feed.dropped()),
                new Figure("consumers", feed == null ? 0 : feed.consumers()),
                new Figure("direct", feed != null && feed.isDirect() ? 1 : 0),
                new Figure("upstreamPort", standInPort),
                new Figure("workers", workers == null ? 0 : workers.connected()));
        return new HealthReport(config.node().id(), Role.SIMULATOR, instance, state, startedAt, List.of(), figures);
    }
}
