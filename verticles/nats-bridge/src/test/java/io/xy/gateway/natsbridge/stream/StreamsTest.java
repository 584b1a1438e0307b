package io.xy.gateway.natsbridge.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.natsbridge.link.LinkEvent;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N5")
class StreamsTest {
    private final Vertx vertx = TestVertx.create();
    private final Context context = vertx.getOrCreateContext();
    private final Bus bus = new Bus(vertx, "n");
    private final List<StreamRecord> records = new CopyOnWriteArrayList<>();
    private final List<Set<String>> wanted = new CopyOnWriteArrayList<>();
    private final Streams streams = new Streams(
            bus,
            "boot",
            new StreamsConfig(List.of(), Map.of()),
            fetch -> Future.failedFuture("nothing is stored"),
            2,
            (revision, patterns) -> wanted.add(Set.copyOf(patterns)),
            () -> 0);

    @BeforeEach
    void listen() {
        TestVertx.await(bus.serve(Contract.STREAM_BATCH, "n/0", batch -> {
            records.addAll(batch.records());
            return Future.succeededFuture(new Credit(batch.number()));
        }));
    }

    @AfterEach
    void close() {
        TestVertx.close(vertx);
    }

    @Test
    void anInterestIsAnsweredOnlyWhenTheServerHasIt() {
        events(new LinkEvent.Connected(1, "s"), new LinkEvent.Ready(1));

        Future<InterestAck> ack = interest("xy.a");
        assertThat(ack.isComplete()).isFalse();
        events(new LinkEvent.Settled(1));

        assertThat(TestVertx.await(ack)).isEqualTo(new InterestAck("n", "boot-1", true));
        assertThat(wanted).containsExactly(Set.of("xy.a"));
    }

    @Test
    void anInterestThatWaitsIsAnsweredWhenTheConnectionIsLost() {
        events(new LinkEvent.Connected(1, "s"), new LinkEvent.Ready(1));
        Future<InterestAck> ack = interest("xy.a");

        events(new LinkEvent.Lost(1, "cut"));

        assertThat(TestVertx.await(ack).connected()).isFalse();
    }

    @Test
    void whatTheInboxLostIsAGapAndCounted() {
        interest("xy.a");
        events(
                new LinkEvent.Connected(1, "s"),
                new LinkEvent.Ready(1),
                value(1, "1"),
                new LinkEvent.Missed(1, List.of(new LinkEvent.Loss("xy.a", "xy.a", 3, null))),
                value(1, "2"));

        Await.until("all came", () -> records.size() == 4);
        assertThat(records).extracting(StreamRecord::kind).containsExactly(Kind.LIVE, Kind.VALUE, Kind.GAP, Kind.VALUE);
        assertThat(records.get(2)).isEqualTo(StreamRecord.gap("xy.a", "boot-1", 2, 4, "upstream", time(2)));
        assertThat(on(streams::dropped)).isEqualTo(3);
    }

    @Test
    void afterANamelessLossValuesBelongToANewEpoch() {
        interest("xy.a");
        events(
                new LinkEvent.Connected(1, "s"),
                new LinkEvent.Ready(1),
                value(1, "1"),
                new LinkEvent.Doubt(1, 9),
                value(1, "2"));

        Await.until("all came", () -> records.size() == 3);
        assertThat(records.get(2).epoch()).isEqualTo("boot-1.1");
        assertThat(on(streams::dropped)).isEqualTo(9);
    }

    @Test
    void messagesAndEventsOfALostConnectionAreIgnored() {
        interest("xy.a");
        events(
                new LinkEvent.Connected(1, "s"),
                new LinkEvent.Ready(1),
                new LinkEvent.Lost(1, "cut"),
                value(1, "late"),
                new LinkEvent.Ready(1),
                new LinkEvent.Connected(2, "s"),
                new LinkEvent.Lost(1, "again"),
                new LinkEvent.Missed(1, List.of(new LinkEvent.Loss("xy.a", "xy.a", 3, null))),
                new LinkEvent.Ready(2),
                value(2, "new"));

        Await.until("all came", () -> records.size() == 4);
        assertThat(records)
                .extracting(StreamRecord::kind)
                .containsExactly(Kind.LIVE, Kind.STALE, Kind.LIVE, Kind.VALUE);
        assertThat(records.get(3).epoch()).isEqualTo("boot-2");
        assertThat(records.get(3).sequence()).isEqualTo(1);
    }

    @Test
    void aLargeBurstIsSentInBoundedBatchesAndLosesNothingWithinTheWindow() {
        interest("xy.a");
        List<LinkEvent> burst = new ArrayList<>(List.of(new LinkEvent.Connected(1, "s"), new LinkEvent.Ready(1)));
        IntStream.range(0, 1_200).forEach(i -> burst.add(value(1, "v" + i)));

        events(burst.toArray(new LinkEvent[0]));

        Await.until("all came", () -> records.size() == 1_201);
        assertThat(records.subList(1, 1_201))
                .extracting(StreamRecord::sequence)
                .isEqualTo(
                        IntStream.rangeClosed(1, 1_200).mapToObj(i -> (long) i).toList());
    }

    @Test
    void valuesTooLargeToBeKeptForASlowConsumerAreNamedInAGap() {
        List<Credit> owed = new CopyOnWriteArrayList<>();
        List<Promise<Credit>> promises = new CopyOnWriteArrayList<>();
        List<StreamRecord> slow = new CopyOnWriteArrayList<>();
        TestVertx.await(bus.serve(Contract.STREAM_BATCH, "m/0", batch -> {
            slow.addAll(batch.records());
            Promise<Credit> promise = Promise.promise();
            promises.add(promise);
            owed.add(new Credit(batch.number()));
            return promise.future();
        }));
        TestVertx.await(on(() -> streams.onInterest(new Interest("m", "m/0", 1, List.of("xy.*"), 30_000))));
        events(new LinkEvent.Connected(1, "s"), new LinkEvent.Ready(1));
        events(value(1, "first"));
        for (int i = 0; i < 10; i++) {
            Payload large = Payload.of(new byte[1 << 20]);
            events(new LinkEvent.Received(1, "xy.*", "xy.s" + i, null, 0, large));
        }

        Await.until("credit is owed", () -> promises.size() >= 2);
        Await.until("the rest comes with credit", () -> {
            for (int i = 0; i < promises.size(); i++) {
                promises.get(i).tryComplete(owed.get(i));
            }
            return slow.size() >= 12;
        });

        assertThat(slow.stream().filter(record -> record.kind() == Kind.GAP)).hasSize(2);
    }

    private Future<InterestAck> interest(String pattern) {
        return on(() -> streams.onInterest(new Interest("n", "n/0", 1, List.of(pattern), 30_000)));
    }

    private void events(LinkEvent... events) {
        on(() -> {
            streams.onEvents(List.of(events));
            return true;
        });
    }

    private <T> T on(Supplier<T> task) {
        Promise<T> done = Promise.promise();
        context.runOnContext(turn -> done.complete(task.get()));
        return TestVertx.await(done.future());
    }

    private long time(int index) {
        return records.get(index).timestamp();
    }

    private static LinkEvent value(long incarnation, String text) {
        String pattern = text.equals("first") ? "xy.*" : "xy.a";
        return new LinkEvent.Received(incarnation, pattern, "xy.a", null, 0, Payload.utf8(text));
    }
}
