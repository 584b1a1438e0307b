package io.xy.gateway.wsfanout.hub;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.security.Subjects;
import io.xy.gateway.wsfanout.protocol.JsonScan;
import io.xy.gateway.wsfanout.protocol.Records;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The heart of one fan-out instance: subject to last value, recent values and subscribers. Everything in it belongs to
 * one event loop, so there are no locks. Knows nothing of sockets, tokens or the bus.
 */
public final class Hub {
    /**
     * What a new subscription found.
     *
     * @param channels that match now
     * @param recovered of those, resumed without loss
     * @param lost of those, not resumed or with named holes
     */
    public record Initial(int channels, int recovered, int lost) {}

    private final LongSupplier clock;
    private final Limits limits;
    private final Catalogue catalogue;
    private final InterestBook interest;
    private final Figures figures = new Figures();
    private final Ticks ticks;
    private final Flushes flushes;
    private final Cohorts cohorts = new Cohorts(this);
    private final Recoveries recoveries = new Recoveries();
    private final JsonScan json = new JsonScan();
    private final Map<String, Channel> channels = new HashMap<>();
    private final Intake intake = new Intake(channels, figures);
    private final SubjectTrie<Channel> bySubject = new SubjectTrie<>();
    private final SubjectTrie<Subscription> byPattern = new SubjectTrie<>();
    private long ringBytes;
    private int lastNumber;
    private int subscriptions;

    public Hub(Vertx vertx, Limits limits, StreamsConfig streams, InterestBook interest) {
        this(vertx, limits, streams, interest, System::currentTimeMillis);
    }

    /**
     * @param clock milliseconds since 1970
     */
    Hub(Vertx vertx, Limits limits, StreamsConfig streams, InterestBook interest, LongSupplier clock) {
        this.clock = clock;
        this.limits = limits;
        this.catalogue = new Catalogue(streams);
        this.interest = interest;
        this.ticks = new Ticks(vertx);
        this.flushes = new Flushes(vertx);
        interest.onForgotten(this::forget);
    }

    public Limits limits() {
        return limits;
    }

    public Figures figures() {
        return figures;
    }

    /** Live subscriptions of all connections. */
    public int subscriptions() {
        return subscriptions;
    }

    public int subjects() {
        return channels.size();
    }

    /** Calls after each flush of all connections with the nanoseconds that it took. */
    public void onFlushed(LongConsumer listener) {
        flushes.onFlushed(listener);
    }

    /** What the catalogue says of a subject or pattern: each value counts, or the newest. */
    public Mode usualMode(String pattern) {
        return catalogue.usualMode(pattern);
    }

    /** Whether the sources may be asked for the pattern too, and the connection takes what it has asked for so far. */
    public boolean hasRoomFor(Outbox outbox, String pattern) {
        return interest.hasRoomFor(pattern) && !outbox.isBehind();
    }

    /** Adds a subscription and queues its first state. */
    public void subscribe(Subscription subscription) {
        subscribe(subscription, found -> {});
    }

    /**
     * Adds a subscription and queues its first state.
     *
     * @param onState told once, when all of it is queued: at once, unless a part of it must be looked for in the past
     */
    public void subscribe(Subscription subscription, Consumer<Initial> onState) {
        subscriptions++;
        byPattern.add(subscription.pattern(), subscription);
        interest.want(subscription.pattern());
        FirstState first = new FirstState(subscription, onState);
        bySubject.covered(subscription.pattern(), first::begin);
        first.end();
    }

    /** What is kept here of the subjects that are asked for. */
    public History recent(HistoryQuery query) {
        Recent recent = new Recent(query);
        for (String pattern : query.patterns()) {
            if (Subjects.isPattern(pattern)) {
                bySubject.covered(pattern, recent::add);
            }
        }
        return recent.history();
    }

    /** Where to ask for values that are no longer kept here. */
    public void past(Function<HistoryQuery, Future<History>> source) {
        recoveries.from(source);
    }

    /** Queues the present image of everything that the pattern covers, without a subscription; how many there are. */
    public int read(Outbox outbox, String pattern) {
        interest.want(pattern);
        interest.unwant(pattern);
        int[] count = new int[1];
        bySubject.covered(pattern, channel -> {
            count[0]++;
            Binding binding = outbox.binding(channel);
            if (binding != null) {
                binding.show();
                return;
            }
            outbox.ordered(channel.bindRecord(channel.epoch()));
            outbox.ordered(channel.last().image());
            outbox.ordered(Records.released(channel.number()));
        });
        return count[0];
    }

    /** Ends a subscription; channels that no other pattern of the connection covers are released. */
    public void unsubscribe(Subscription subscription) {
        subscriptions--;
        byPattern.remove(subscription.pattern(), subscription);
        interest.unwant(subscription.pattern());
        Outbox outbox = subscription.outbox();
        outbox.leave();
        bySubject.covered(subscription.pattern(), channel -> {
            Binding binding = outbox.binding(channel);
            if (binding != null && binding.remove(subscription)) {
                outbox.bindings().remove(channel);
                channel.bindings().remove(binding);
                binding.end();
            }
        });
    }

    /** Changes mode and rate without losing anything. */
    public void change(Subscription subscription, Mode mode, Tier tier) {
        subscription.outbox().leave();
        subscription.change(mode, tier);
        bySubject.covered(subscription.pattern(), channel -> {
            Binding binding = subscription.outbox().binding(channel);
            if (binding != null) {
                binding.settle();
            }
        });
    }

    /** Sends the present image of one of the connection's channels again. */
    public void image(Outbox outbox, long number) {
        for (Binding binding : outbox.bindings().values()) {
            if (binding.channel().number() == number) {
                binding.image();
            }
        }
    }

    /** Takes one record of a source. */
    public void onRecord(String source, StreamRecord record, long nowMillis) {
        if (!intake.take(source, record, nowMillis)) {
            open(source, record, nowMillis);
        }
    }

    /** Nothing comes from this source any more; every value of it is from now on only the last known. */
    public void sourceStale(String source, String reason, long since) {
        intake.stale(source, reason, since);
    }

    /** Batches of the source were lost on the way here, nobody knows of which subjects. */
    public void sourceLossy(String source) {
        intake.lossy(source);
    }

    public void sourceLive(String source) {
        intake.live(source);
    }

    /** Lets go of what nobody wants, and marks subjects that are silent beyond their contract. */
    public void sweep(long nowMillis) {
        interest.sweep(nowMillis);
        for (Channel channel : channels.values()) {
            if (channel.staleMillis() > 0 && nowMillis - channel.heardAt() > channel.staleMillis()) {
                channel.stale("silent", channel.last().timestamp());
            }
        }
    }

    public void stop() {
        ticks.stop();
    }

    long nowMillis() {
        return clock.getAsLong();
    }

    public int cohortCount() {
        return cohorts.size();
    }

    Cohorts cohorts() {
        return cohorts;
    }

    Recoveries recoveries() {
        return recoveries;
    }

    boolean isKept(String subject) {
        return catalogue.isKept(subject);
    }

    Ticks ticks() {
        return ticks;
    }

    /** Whether the bytes can stand in a frame as they are. */
    public boolean isJson(Payload payload) {
        return json.isValid(payload.array());
    }

    void ringBytes(long change) {
        ringBytes += change;
    }

    boolean isRingFull() {
        return ringBytes > limits.ringBytes();
    }

    void schedule(Writer writer) {
        flushes.schedule(writer);
    }

    private void open(String source, StreamRecord record, long nowMillis) {
        if (channels.size() >= limits.subjects() || !Subjects.isSubject(record.subject())) {
            figures.droppedSubject++;
            return;
        }
        Channel channel =
                new Channel(this, nextNumber(), source, record, nowMillis, catalogue.staleMillis(record.subject()));
        channels.put(channel.subject(), channel);
        bySubject.add(channel.subject(), channel);
        byPattern.match(channel.subject(), subscription -> {
            FirstState first = new FirstState(subscription, found -> {});
            first.begin(channel, true);
            first.end();
        });
    }

    private int nextNumber() {
        lastNumber = lastNumber == Integer.MAX_VALUE ? 1 : lastNumber + 1;
        return lastNumber;
    }

    /** The pattern is wanted no more: its channels go, unless another pattern still wants them. */
    private void forget(String pattern) {
        List<Channel> gone = new ArrayList<>();
        bySubject.covered(pattern, channel -> {
            if (channel.bindings().isEmpty() && !interest.wants(channel.subject())) {
                gone.add(channel);
            }
        });
        for (Channel channel : gone) {
            channels.remove(channel.subject());
            bySubject.remove(channel.subject(), channel);
            channel.forgetRing();
        }
    }
}
