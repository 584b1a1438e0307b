package io.xy.gateway.simulator.feed;

import static io.xy.gateway.testkit.TestVertx.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Check;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.runtime.Directory;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;

/** A feed on an event loop of its own, one consumer of it, and bridges that are played by the test. */
final class Feeding implements AutoCloseable {
    static final String CONSUMER = "n1/ws/0";

    final List<StreamBatch> batches = new CopyOnWriteArrayList<>();
    final List<String> published = new CopyOnWriteArrayList<>();
    final List<Promise<Credit>> uncredited = Collections.synchronizedList(new ArrayList<>());
    volatile boolean holdCredit;
    private final Vertx vertx = TestVertx.create();
    private final Context loop = vertx.getOrCreateContext();
    final Bus bus = new Bus(vertx, "n1");
    private final Directory directory = new Directory(vertx, bus);
    final Feed feed = new Feed(vertx, bus, directory, "e1");

    Feeding() {
        await(onLoop(() -> directory.start().compose(done -> feed.start())).compose(started -> started));
        await(bus.serve(Contract.STREAM_BATCH, CONSUMER, this::onBatch));
    }

    @Override
    public void close() {
        TestVertx.close(vertx);
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

    Future<?> serveNats(Ack ack) {
        return bus.serve(Contract.NATS_PUBLISH, "n1", message -> {
            published.add(message.subject());
            return Future.succeededFuture(ack);
        });
    }

    /** A NATS bridge reports, and the feed has heard it. */
    void nats(boolean up) {
        report("n1", HealthReport.State.UP, up);
        Await.until(
                "the report is heard",
                () -> await(onLoop(() -> {
                    feed.chooseWay();
                    return feed.isDirect() != up;
                })));
    }

    void report(String node, HealthReport.State state, boolean up) {
        bus.publish(
                Contract.HEALTH_REPORT,
                new HealthReport(node, Role.NATS_BRIDGE, 0, state, 1, List.of(new Check("nats", up, "")), List.of()));
    }

    void round(String... subjects) {
        await(onLoop(() -> {
            feed.chooseWay();
            for (String subject : subjects) {
                feed.offer(subject, Payload.utf8("{}"), 1);
            }
            feed.flush();
            return null;
        }));
    }

    Future<InterestAck> interest(long revision, String... patterns) {
        return bus.request(
                Contract.STREAM_INTEREST_SIMULATOR,
                "n1",
                new Interest("n1", CONSUMER, revision, List.of(patterns), 60_000),
                5_000);
    }

    Future<InterestAck> interestOf(String consumer) {
        return bus.request(
                Contract.STREAM_INTEREST_SIMULATOR,
                "n1",
                new Interest("n1", consumer, 1, List.of("xy.a"), 60_000),
                5_000);
    }

    <T> Future<T> onLoop(Callable<T> task) {
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

    static List<String> words(StreamBatch batch) {
        return batch.records().stream()
                .map(each -> each.kind() + " " + each.subject() + " " + each.sequence())
                .toList();
    }
}
