package io.xy.gateway.natsbridge.stream;

import io.vertx.core.Future;
import io.xy.gateway.natsbridge.link.Fetch;
import io.xy.gateway.natsbridge.link.Fetched;
import io.xy.gateway.natsbridge.link.LinkEvent;
import io.xy.gateway.natsbridge.link.LinkEvent.Loss;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.StreamRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The streams of one bridge: takes interests, keeps the link's subscriptions in step with them and hands on what the
 * link receives. Belongs to the bridge's event loop; knows nothing of threads or the NATS client.
 */
public final class Streams {
    /** Subscriptions at the server. */
    static final int MAX_SUBSCRIPTIONS = 65_536;

    /** Subjects that are numbered at a time. */
    static final int MAX_SUBJECTS = 262_144;

    private static final long LINGER_MILLIS = 2_000;
    private static final int MAX_LEASE_MILLIS = 600_000;
    /** A consumer of this node cannot lose batches on the way, so it gets a longer leash before values are skipped. */
    private static final int NEAR_WINDOWS = 4;

    private final Bus bus;
    private final int window;
    private final BiConsumer<Long, Set<String>> subscriber;
    private final LongSupplier clock;
    private final SubscriptionPlan plan = new SubscriptionPlan(LINGER_MILLIS, MAX_SUBSCRIPTIONS);
    private final Consumers consumers = new Consumers(plan, this::open, this::onNewcomer);
    private final SubjectTable subjects;
    private final Joins joins;
    private final Acks acks = new Acks(this::ack);
    private final List<Outbox> touched = new ArrayList<>();
    private long incarnation;
    private boolean connected;
    private boolean liveDue;
    private long revision;
    private long received;
    private long lost;
    private long skippedBefore;

    /**
     * @param boot differs with each start of the bridge
     * @param catalogue what is kept by which stream
     * @param store reads from a stream, and fails after a limit of its own
     * @param window batches on the way to a consumer of another node
     * @param subscriber told the revision and the subscriptions to hold from now on
     * @param clock milliseconds that never go back
     */
    public Streams(
            Bus bus,
            String boot,
            StreamsConfig catalogue,
            Function<Fetch, Future<Fetched>> store,
            int window,
            BiConsumer<Long, Set<String>> subscriber,
            LongSupplier clock) {
        this.bus = bus;
        this.window = window;
        this.subscriber = subscriber;
        this.clock = clock;
        this.subjects = new SubjectTable(boot, MAX_SUBJECTS, plan::holds, this::hand);
        this.joins = new Joins(catalogue, store, subjects, this::onJoined);
    }

    /** Answers when the server has the subscriptions, or at once when there is no connection. */
    public Future<InterestAck> onInterest(Interest interest) {
        boolean stranger = !consumers.knows(interest.consumer());
        if (interest.consumer().isEmpty() || interest.leaseMillis() <= 0 || interest.leaseMillis() > MAX_LEASE_MILLIS) {
            return Future.failedFuture(GatewayError.BAD_REQUEST
                    .notExecuted("An interest needs a consumer and a lease of at most ten minutes")
                    .exception());
        }
        if (interest.patterns().size() > Consumers.MAX_PATTERNS || stranger && consumers.isFull()) {
            return Future.failedFuture(GatewayError.OVERLOADED
                    .notExecuted("The bridge cannot take more consumers or patterns")
                    .exception());
        }
        consumers.onInterest(interest, clock.getAsLong());
        boolean changed = takeUp();
        if (!connected || !changed && acks.isEmpty()) {
            return Future.succeededFuture(ack());
        }
        return acks.await(revision);
    }

    public void onNodeGone(String node) {
        consumers.forgetIf(consumer -> consumer.node.equals(node), clock.getAsLong());
        takeUp();
    }

    /** Ends leases and gives back what was unwanted for a while; called every now and then. */
    public void tidy() {
        long now = clock.getAsLong();
        consumers.forgetIf(consumer -> now - consumer.leaseEnd > 0, now);
        Set<String> gone = plan.giveBack(now);
        if (!gone.isEmpty()) {
            subjects.onGivenBack(gone);
        }
        if (plan.takeUp() || !gone.isEmpty()) {
            subscribe();
        }
    }

    /** A batch of the link's inbox. */
    public void onEvents(List<LinkEvent> events) {
        for (LinkEvent event : events) {
            switch (event) {
                case LinkEvent.Received message -> onReceived(message);
                case LinkEvent.Connected now -> onConnected(now.incarnation());
                case LinkEvent.Ready ready -> onReady(ready.incarnation());
                case LinkEvent.Lost gone -> onLost(gone.incarnation());
                case LinkEvent.Settled done -> onSettled(done.revision());
                case LinkEvent.Missed missed -> onMissed(missed);
                case LinkEvent.Doubt doubt -> onDoubt(doubt);
                case LinkEvent.Refused refused -> acks.settle(revision);
                case LinkEvent.Complained told -> {
                    // Nothing of the streams depends on it.
                }
            }
        }
        flush();
    }

    public int subscriptions() {
        return plan.held().size();
    }

    public long storms() {
        return plan.storms();
    }

    public long received() {
        return received;
    }

    /** Values that were received, or should have been, and reached nobody. */
    public long dropped() {
        long skipped = skippedBefore;
        for (Outbox consumer : consumers.all()) {
            skipped += consumer.skipped();
        }
        return lost + skipped + subjects.refused();
    }

    private Outbox open(Interest interest) {
        boolean near =
                interest.consumer().equals(bus.node()) || interest.consumer().startsWith(bus.node() + '/');
        int most = near ? window * NEAR_WINDOWS : window;
        return new Outbox(bus, interest.node(), interest.consumer(), most, this::onNobody);
    }

    private void onNobody(Outbox consumer) {
        consumers.forget(consumer, clock.getAsLong());
        skippedBefore += consumer.skipped();
        takeUp();
    }

    private boolean takeUp() {
        boolean changed = plan.takeUp();
        if (changed) {
            subscribe();
        }
        return changed;
    }

    private void subscribe() {
        revision++;
        joins.onHeld(plan.held());
        subscriber.accept(revision, plan.held());
    }

    private void onConnected(long number) {
        incarnation = number;
        subjects.onConnected(number);
        joins.onConnected(number);
        joins.onHeld(plan.held());
    }

    private void onSettled(long reached) {
        if (reached == revision) {
            joins.onSettled(plan.held());
        }
        acks.settle(reached);
    }

    private void onReady(long number) {
        if (number == incarnation) {
            connected = true;
            liveDue = true;
            sayLive();
        }
    }

    private void onJoined() {
        sayLive();
        flush();
    }

    /** Values are live once what was missed of them has gone out. */
    private void sayLive() {
        if (liveDue && !joins.isBusy()) {
            liveDue = false;
            flush();
            tellAll(StreamRecord.live(System.currentTimeMillis()));
        }
    }

    private void onLost(long number) {
        if (number != incarnation) {
            return;
        }
        boolean told = connected;
        connected = false;
        liveDue = false;
        joins.onLost();
        incarnation = -number;
        flush();
        for (Outbox consumer : consumers.all()) {
            consumer.forgetHeld(subjects::numberedHere);
        }
        if (told) {
            tellAll(StreamRecord.stale("upstream", System.currentTimeMillis()));
        }
        plan.startOver();
        subscribe();
        acks.settle(revision);
    }

    private void onReceived(LinkEvent.Received message) {
        received++;
        if (message.incarnation() == incarnation && !joins.hold(message)) {
            subjects.onReceived(message);
        }
    }

    private void onMissed(LinkEvent.Missed missed) {
        long now = System.currentTimeMillis();
        for (Loss loss : missed.losses()) {
            lost += loss.count();
            // What waits to be joined proves its own holes, in its own place.
            boolean proven = loss.last() != null && joins.holds(loss.pattern());
            if (missed.incarnation() == incarnation && !proven) {
                subjects.onLoss(loss, now);
            }
        }
    }

    private void onDoubt(LinkEvent.Doubt doubt) {
        lost += doubt.count();
        if (doubt.incarnation() == incarnation) {
            subjects.onDoubt();
        }
    }

    private void onNewcomer(Outbox consumer, Set<String> patterns) {
        if (connected) {
            joins.onNewcomer(patterns, record -> give(consumer, record));
        }
    }

    private void hand(SubjectState state, StreamRecord record) {
        for (Outbox consumer : consumers.route(state)) {
            give(consumer, record);
        }
    }

    private void give(Outbox consumer, StreamRecord record) {
        consumer.add(record);
        if (!consumer.touched) {
            consumer.touched = true;
            touched.add(consumer);
        }
    }

    private void flush() {
        for (Outbox consumer : touched) {
            consumer.flush();
        }
        touched.clear();
    }

    private void tellAll(StreamRecord state) {
        for (Outbox consumer : List.copyOf(consumers.all())) {
            consumer.state(state);
        }
    }

    private InterestAck ack() {
        return new InterestAck(bus.node(), subjects.epoch(), connected);
    }
}
