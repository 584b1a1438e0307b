package io.xy.gateway.simulator.feed;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Check;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.runtime.Directory;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z10")
class FeedTest {
    private static final String CONSUMER = "n1/ws/0";

    private final Vertx vertx = TestVertx.create();
    private final Context loop = vertx.getOrCreateContext();
    private final Bus bus = new Bus(vertx, "n1");
    private final List<StreamBatch> batches = new CopyOnWriteArrayList<>();
    private final List<String> published = new CopyOnWriteArrayList<>();
    private final List<Promise<Credit>> uncredited = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean holdCredit;
    private final Directory directory = new Directory(vertx, bus);
    private final Feed feed = new Feed(vertx, bus, directory, "e1");

    @BeforeEach
    void start() {
        await(onLoop(() -> directory.start().compose(done -> feed.start())).compose(started -> started));
        await(bus.serve(Contract.STREAM_BATCH, CONSUMER, this::onBatch));
    }

    @AfterEach
    void stop() {
        TestVertx.close(vertx);
    }

    @Test
    void withoutNatsAConsumerGetsWhatItsPatternsMatch() {
        InterestAck ack = await(interest(1, "xy.md.tick.*"));
        assertThat(ack).isEqualTo(new InterestAck("n1", "e1", true));

        round("xy.md.tick.a", "xy.md.market.500", "xy.md.tick.b");
        round("xy.md.tick.a");

        Await.until("two batches", () -> batches.size() == 2);
        StreamBatch first = batches.get(0);
        assertThat(first.source()).isEqualTo("simulator");
        assertThat(first.node()).isEqualTo("n1");
        assertThat(first.number()).isEqualTo(1);
        assertThat(words(first)).containsExactly("LIVE  0", "VALUE xy.md.tick.a 1", "VALUE xy.md.tick.b 1");
        assertThat(batches.get(1).number()).isEqualTo(2);
        assertThat(words(batches.get(1))).containsExactly("VALUE xy.md.tick.a 2");
        assertThat(first.records().get(1).epoch()).isEqualTo("e1");
    }

    @Test
    void anOlderRevisionRenewsTheLeaseButNotTheList() {
        await(interest(5, "xy.md.tick.a"));
        await(interest(4, "xy.md.tick.b"));
        round("xy.md.tick.a", "xy.md.tick.b");

        Await.until("a batch", () -> batches.size() == 1);
        assertThat(words(batches.get(0))).containsExactly("LIVE  0", "VALUE xy.md.tick.a 1");
    }

    @Test
    void aWithdrawnConsumerAndOneWhoseLeaseEndedAreForgotten() {
        await(interest(1, "xy.>"));
        assertThat(await(onLoop(feed::consumers))).isEqualTo(1);
        await(interest(2));
        assertThat(await(onLoop(feed::consumers))).isZero();

        await(bus.request(
                Contract.STREAM_INTEREST_SIMULATOR, "n1", new Interest("n1", CONSUMER, 3, List.of("xy.>"), 1), 5_000));
        Await.until("the lease ends", () -> await(onLoop(feed::consumers)) == 0);
    }

    @Test
    void theConsumersOfANodeThatLeftAreForgotten() {
        await(onLoop(() -> {
            report("n2", HealthReport.State.UP, false);
            return null;
        }));
        await(bus.request(
                Contract.STREAM_INTEREST_SIMULATOR,
                "n1",
                new Interest("n2", "n2/ws/0", 1, List.of("xy.>"), 60_000),
                5_000));
        bus.publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "n2", ""));

        Await.until("it is forgotten", () -> await(onLoop(feed::consumers)) == 0);
    }

    @Test
    void interestThatIsNoPatternOrTooLongIsRefused() {
        assertThatThrownBy(() -> await(interest(1, "xy..a"))).hasMessageContaining("bad_request");
        String[] many = Collections.nCopies(Consumers.MAX_PATTERNS + 1, "xy.a").toArray(new String[0]);
        assertThatThrownBy(() -> await(interest(1, many))).hasMessageContaining("too_many_subs");
    }

    @Test
    void moreConsumersThanTheBoundAreRefused() {
        for (int i = 0; i < Consumers.MAX_CONSUMERS; i++) {
            await(interestOf("n1/ws/" + i));
        }
        assertThatThrownBy(() -> await(interestOf("n1/ws/x"))).hasMessageContaining("overloaded");
    }

    @Test
    void beyondTheWindowValuesAreDroppedAndTheGapIsSaid() {
        holdCredit = true;
        await(interest(1, "xy.>"));
        for (int i = 0; i < Consumer.WINDOW + 3; i++) {
            round("xy.a");
        }
        Await.until("the window is full", () -> batches.size() == Consumer.WINDOW);
        holdCredit = false;
        uncredited.forEach(credit -> credit.complete(new Credit(0)));
        Await.until("a batch after the gap", () -> {
            round("xy.a");
            return batches.size() > Consumer.WINDOW;
        });

        StreamRecord gap = batches.get(Consumer.WINDOW).records().get(0);
        assertThat(gap.kind()).isEqualTo(StreamRecord.Kind.GAP);
        assertThat(gap.from()).isEqualTo(Consumer.WINDOW + 1);
        assertThat(gap.reason()).isEqualTo("slow");
        StreamRecord next = batches.get(Consumer.WINDOW).records().get(1);
        assertThat(next.sequence()).isEqualTo(gap.sequence() + 1);
    }

    @Test
    void moreValuesInOneRoundThanABatchHoldsAreSplit() {
        await(interest(1, "xy.>"));
        await(onLoop(() -> {
            feed.chooseWay();
            for (int i = 0; i < Consumer.MAX_PENDING + 1; i++) {
                feed.offer("xy.a", Payload.EMPTY, 1);
            }
            feed.flush();
            return null;
        }));

        Await.until("two batches", () -> batches.size() == 2);
        assertThat(batches.get(1).records()).hasSize(1);
    }

    @Test
    void withNatsEverythingGoesThereAndNothingDirectly() {
        await(interest(1, "xy.>"));
        await(serveNats(Ack.OK));
        nats(true);
        round("xy.a", "xy.b");

        Await.until("both are published", () -> published.size() == 2);
        assertThat(published).containsExactly("xy.a", "xy.b");
        assertThat(batches).isEmpty();
        assertThat(await(onLoop(feed::isDirect))).isFalse();
    }

    @Test
    void whenNatsIsLostTheConsumersHearLiveFirstAndWhenItIsBackNothingMore() {
        await(interest(1, "xy.>"));
        await(serveNats(Ack.OK));
        nats(true);
        round("xy.a");
        nats(false);
        round("xy.a");
        Await.until("a direct batch", () -> batches.size() == 1);
        assertThat(words(batches.get(0))).containsExactly("LIVE  0", "VALUE xy.a 1");

        nats(true);
        round("xy.a");
        Await.until("published again", () -> published.size() == 2);
        assertThat(batches).hasSize(1);
    }

    @Test
    void oneValuePerSubjectIsUnderWayAndTheOldestOfTooManyIsDropped() {
        List<Promise<Ack>> open = Collections.synchronizedList(new ArrayList<>());
        await(bus.serve(Contract.NATS_PUBLISH, "n1", message -> {
            published.add(message.payload().text());
            Promise<Ack> ack = Promise.promise();
            open.add(ack);
            return ack.future();
        }));
        nats(true);
        await(onLoop(() -> {
            feed.chooseWay();
            for (int i = 0; i < NatsOutbox.MAX_WAITING + 3; i++) {
                feed.offer("xy.a", Payload.utf8("v" + i), 1);
            }
            return null;
        }));
        Await.until("the first is there", () -> published.size() == 1);
        assertThat(await(onLoop(feed::dropped))).isEqualTo(2);

        for (int i = 1; i <= NatsOutbox.MAX_WAITING; i++) {
            open.get(i - 1).complete(Ack.OK);
            int seen = i + 1;
            Await.until("the next is there", () -> published.size() == seen);
        }
        assertThat(published.get(1)).isEqualTo("v3");
        assertThat(published.get(NatsOutbox.MAX_WAITING)).isEqualTo("v10");
    }

    @Test
    void aRefusedValueIsCounted() {
        await(serveNats(new Ack(GatewayError.UPSTREAM_DOWN.notExecuted("not connected"))));
        nats(true);
        round("xy.a");

        Await.until("it is counted", () -> await(onLoop(feed::dropped)) == 1);
    }

    @Test
    void onlySoManySubjectsAreUnderWay() {
        await(bus.serve(
                Contract.NATS_PUBLISH, "n1", message -> Promise.<Ack>promise().future()));
        nats(true);
        await(onLoop(() -> {
            feed.chooseWay();
            for (int i = 0; i < NatsOutbox.MAX_SUBJECTS + 5; i++) {
                feed.offer("xy.s" + i, Payload.EMPTY, 1);
            }
            return null;
        }));
        assertThat(await(onLoop(feed::dropped))).isEqualTo(5);
    }

    private Future<Credit> onBatch(StreamBatch batch) {
        batches.add(batch);
        if (!holdCredit) {
            return Future.succeededFuture(new Credit(batch.number()));
        }
        Promise<Credit> later = Promise.promise();
        uncredited.add(later);
        return later.future();
    }

    private Future<?> serveNats(Ack ack) {
        return bus.serve(Contract.NATS_PUBLISH, "n1", message -> {
            published.add(message.subject());
            return Future.succeededFuture(ack);
        });
    }

    /** A NATS bridge reports, and the feed has heard it. */
    private void nats(boolean up) {
        report("n1", HealthReport.State.UP, up);
        Await.until(
                "the report is heard",
                () -> await(onLoop(() -> {
                    feed.chooseWay();
                    return feed.isDirect() != up;
                })));
    }

    private void report(String node, HealthReport.State state, boolean up) {
        bus.publish(
                Contract.HEALTH_REPORT,
                new HealthReport(node, Role.NATS_BRIDGE, 0, state, 1, List.of(new Check("nats", up, "")), List.of()));
    }

    private void round(String... subjects) {
        await(onLoop(() -> {
            feed.chooseWay();
            for (String subject : subjects) {
                feed.offer(subject, Payload.utf8("{}"), 1);
            }
            feed.flush();
            return null;
        }));
    }

    private Future<InterestAck> interest(long revision, String... patterns) {
        return bus.request(
                Contract.STREAM_INTEREST_SIMULATOR,
                "n1",
                new Interest("n1", CONSUMER, revision, List.of(patterns), 60_000),
                5_000);
    }

    private Future<InterestAck> interestOf(String consumer) {
        return bus.request(
                Contract.STREAM_INTEREST_SIMULATOR,
                "n1",
                new Interest("n1", consumer, 1, List.of("xy.a"), 60_000),
                5_000);
    }

    private <T> Future<T> onLoop(Callable<T> task) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(nothing -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future();
    }

    private static List<String> words(StreamBatch batch) {
        return batch.records().stream()
                .map(each -> each.kind() + " " + each.subject() + " " + each.sequence())
                .toList();
    }
}
