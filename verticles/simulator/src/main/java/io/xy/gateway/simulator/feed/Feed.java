package io.xy.gateway.simulator.feed;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.runtime.Directory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of every value that the simulator makes: through NATS when a bridge to it is up anywhere, else straight to the
 * fan-outs that asked. Never both, so that nobody hears a value twice. Belongs to its owner's event loop.
 */
public final class Feed {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final long SWEEP_MILLIS = 1_000;

    private final Vertx vertx;
    private final Bus bus;
    private final Directory directory;
    private final String epoch;
    private final Consumers consumers;
    private final NatsOutbox outbox;
    private final Sequences sequences = new Sequences();
    private @Nullable String natsNode;
    private boolean direct;
    private long values;

    /**
     * @param epoch of this incarnation; sequences count from 1 in it
     */
    public Feed(Vertx vertx, Bus bus, Directory directory, String epoch) {
        this.vertx = vertx;
        this.bus = bus;
        this.directory = directory;
        this.epoch = epoch;
        this.consumers = new Consumers(bus, epoch);
        this.outbox = new NatsOutbox(bus);
    }

    /** Starts listening to consumers on the calling context. */
    public Future<Void> start() {
        directory.onNodeGone(consumers::onNodeGone);
        vertx.setPeriodic(SWEEP_MILLIS, id -> consumers.sweep(now()));
        return bus.serve(Contract.STREAM_INTEREST_SIMULATOR, interest -> consumers.onInterest(interest, now()))
                .mapEmpty();
    }

    /** Chooses the way for the values that are offered next. To be called before each round of values. */
    public void chooseWay() {
        natsNode = directory.choose(Role.NATS_BRIDGE, report -> report.up("nats"));
        boolean now = natsNode == null;
        if (now != direct) {
            direct = now;
            LOG.info(now ? "no NATS: feeding the fan-out directly" : "feeding through NATS");
            outbox.forgetWaiting();
            consumers.feedDirectly(now, now());
        }
    }

    public void offer(String subject, Payload payload, long timestamp) {
        values++;
        if (natsNode != null) {
            outbox.publish(natsNode, subject, payload);
        } else {
            consumers.offer(StreamRecord.value(subject, epoch, sequences.next(subject), timestamp, payload));
        }
    }

    /** Ends a round: what was offered goes out. */
    public void flush() {
        if (direct) {
            consumers.flush();
        }
    }

    public boolean isDirect() {
        return direct;
    }

    public long values() {
        return values;
    }

    public long dropped() {
        return outbox.dropped();
    }

    public int consumers() {
        return consumers.size();
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}
