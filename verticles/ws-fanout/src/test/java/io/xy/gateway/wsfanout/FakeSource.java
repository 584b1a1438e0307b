package io.xy.gateway.wsfanout;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A NATS bridge as the fan-out sees it: reports, acknowledges interest, and sends what the test says. */
final class FakeSource {
    private final Bus bus;
    private final String node;
    private final List<Interest> interests = new CopyOnWriteArrayList<>();
    private volatile boolean connected = true;
    private volatile boolean answering = true;
    private volatile HealthReport.State state = HealthReport.State.UP;
    private volatile boolean reporting = true;
    private long number;

    private FakeSource(Vertx vertx, String node) {
        this.node = node;
        this.bus = new Bus(vertx, node);
    }

    static FakeSource start(Vertx vertx, String node) {
        FakeSource source = new FakeSource(vertx, node);
        TestVertx.await(source.bus.serve(Contract.STREAM_INTEREST_NATS, source::onInterest));
        vertx.setPeriodic(200, id -> source.report());
        source.report();
        return source;
    }

    List<Interest> interests() {
        return interests;
    }

    List<String> patterns() {
        return interests.isEmpty()
                ? List.of()
                : interests.get(interests.size() - 1).patterns();
    }

    /** Answers questions about the past in this way from now on. */
    void past(Function<HistoryQuery, Future<History>> answer) {
        TestVertx.await(bus.serve(Contract.STREAM_HISTORY, answer));
    }

    void awaitInterest(String pattern) {
        Await.until("somebody wants " + pattern, () -> patterns().contains(pattern));
    }

    void connected(boolean now) {
        connected = now;
    }

    void answering(boolean now) {
        answering = now;
    }

    void state(HealthReport.State now) {
        state = now;
    }

    void reporting(boolean now) {
        reporting = now;
    }

    Credit value(String subject, String epoch, long sequence, String json) {
        return send(StreamRecord.value(subject, epoch, sequence, 1_700_000_000_000L + sequence, Payload.utf8(json)));
    }

    Credit send(StreamRecord... records) {
        return send(++number, records);
    }

    Credit send(long batchNumber, StreamRecord... records) {
        number = batchNumber;
        Interest last = interests.get(interests.size() - 1);
        return TestVertx.await(bus.request(
                Contract.STREAM_BATCH,
                last.consumer(),
                new StreamBatch("nats", node, batchNumber, List.of(records)),
                5_000));
    }

    private Future<InterestAck> onInterest(Interest interest) {
        interests.add(interest);
        return answering
                ? Future.succeededFuture(new InterestAck(node, "e1", connected))
                : io.vertx.core.Promise.<InterestAck>promise().future();
    }

    private void report() {
        if (reporting) {
            bus.publish(
                    Contract.HEALTH_REPORT,
                    new HealthReport(node, Role.NATS_BRIDGE, 0, state, 0, List.of(), List.of()));
        }
    }
}
