package io.xy.gateway.natsbridge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A fan-out instance that only keeps what it gets, and gives credit unless it is told to wait. */
final class FanOut {
    final String key;
    final List<StreamBatch> batches = new CopyOnWriteArrayList<>();
    final List<StreamRecord> records = new CopyOnWriteArrayList<>();
    private final BridgeNode node;
    private final String home;
    private final List<Promise<Void>> owed = new CopyOnWriteArrayList<>();
    private volatile boolean stingy;
    private long revision;

    FanOut(BridgeNode node, String key) {
        this.node = node;
        this.key = key;
        this.home = key.substring(0, key.indexOf('/'));
        BridgeNode.await(node.bus.serve(Contract.STREAM_BATCH, key, this::onBatch));
    }

    InterestAck want(String... patterns) {
        return node.interest(home, key, ++revision, 30_000, patterns);
    }

    /** Gives no credit until {@link #relent}. */
    void withhold() {
        stingy = true;
    }

    void relent() {
        stingy = false;
        owed.forEach(Promise::tryComplete);
        owed.clear();
    }

    List<StreamRecord> of(Kind kind) {
        return records.stream().filter(record -> record.kind() == kind).toList();
    }

    List<String> values() {
        return of(Kind.VALUE).stream().map(record -> record.payload().text()).toList();
    }

    void awaitValues(int count) {
        Await.until(
                key + " has " + count + " values, it has " + of(Kind.VALUE).size(),
                () -> of(Kind.VALUE).size() >= count);
    }

    void awaitKind(Kind kind, int count) {
        Await.until(key + " has " + count + " of " + kind, () -> of(kind).size() >= count);
    }

    private Future<Credit> onBatch(StreamBatch batch) {
        batches.add(batch);
        records.addAll(batch.records());
        if (!stingy) {
            return Future.succeededFuture(new Credit(batch.number()));
        }
        Promise<Void> later = Promise.promise();
        owed.add(later);
        return later.future().map(done -> new Credit(batch.number()));
    }
}
