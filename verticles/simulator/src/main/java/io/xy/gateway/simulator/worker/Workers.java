package io.xy.gateway.simulator.worker;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.xy.gateway.shared.config.ZmqConfig;
import io.xy.gateway.simulator.desk.Desk;
import io.xy.gateway.simulator.desk.DeskClock;
import io.xy.gateway.simulator.desk.DeskEvent;
import io.xy.gateway.simulator.desk.DeskService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers of the mock desk, as their owner's event loop sees them. */
public final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final Pattern EVERY_ADDRESS = Pattern.compile("tcp://(\\*|0\\.0\\.0\\.0|\\[::]|\\[::0])(:.*)");

    private final Context context;
    private final List<MdpWorker> workers = new ArrayList<>();
    private final Promise<Void> ended = Promise.promise();
    private int connected;
    private int running;

    /**
     * @param events hears the desk's events on the workers' threads
     */
    public Workers(
            Context context,
            ZmqConfig config,
            DeskClock clock,
            RandomGenerator.SplittableGenerator random,
            Consumer<DeskEvent> events) {
        this.context = context;
        MdpWorker.Settings settings =
                new MdpWorker.Settings(endpoint(config), config.heartbeatMillis(), config.maxMessageBytes());
        for (DeskService service : Desk.services(clock, random, events)) {
            workers.add(new MdpWorker(service, settings, this::onConnected, this::onEnd));
        }
    }

    public void start() {
        running = workers.size();
        workers.forEach(MdpWorker::start);
    }

    /** Completes when every thread has closed what it had, or fails after the limit. */
    public Future<Void> stop(long limitMillis) {
        if (running == 0) {
            return Future.succeededFuture();
        }
        workers.forEach(MdpWorker::stop);
        Timer limit = context.owner().timer(Math.max(1_000, limitMillis), TimeUnit.MILLISECONDS);
        return Future.any(ended.future(), limit.compose(late -> tooLate()))
                .onComplete(done -> limit.cancel())
                .mapEmpty();
    }

    /** How many have heard their broker. */
    public int connected() {
        return connected;
    }

    /** Called on a worker's thread; goes on where the fields belong. */
    private void onConnected(boolean now) {
        context.runOnContext(nothing -> connected += now ? 1 : -1);
    }

    /** Called on a worker's thread; goes on where the fields belong. */
    private void onEnd(MdpWorker worker) {
        context.runOnContext(nothing -> {
            running--;
            if (running == 0) {
                ended.complete();
            }
        });
    }

    private static Future<Void> tooLate() {
        LOG.error("workers did not end in time and are left behind");
        return Future.failedFuture("the simulator's workers did not end in time");
    }

    /** An endpoint that listens on every address is reached on the loopback one. */
    private static String endpoint(ZmqConfig config) {
        if (config.mode() != ZmqConfig.Mode.BROKER) {
            return config.brokers().get(0);
        }
        return EVERY_ADDRESS.matcher(config.bind()).replaceFirst("tcp://127.0.0.1$2");
    }
}
