package io.xy.gateway.wsfanout.hub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.TestVertx;
import io.xy.gateway.wsfanout.Gateway;
import io.xy.gateway.wsfanout.oracle.Ledger;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A hub within one turn of an event loop: nothing happens beside what the test does, so that each run is the same. The
 * test flushes outboxes itself.
 */
final class OneTurn {
    static final int QUEUE = 3;
    static final int QUEUE_BYTES = 1 << 20;
    static final int SUBJECTS = 100;
    private static final String FILLER = "f";

    private final Vertx vertx;
    private final Hub hub;
    private long now = 1;

    private OneTurn(Vertx vertx) {
        this.vertx = vertx;
        Limits limits = new Limits(QUEUE, QUEUE_BYTES, 4, 1 << 20, SUBJECTS, 100);
        this.hub = new Hub(vertx, limits, Gateway.config(Map.of(), "").streams(), new InterestBook(100), () -> now);
    }

    static void run(Consumer<OneTurn> test) {
        runTurns(turn -> {
            test.accept(turn);
            return Future.succeededFuture();
        });
    }

    /** The same over several turns, see {@link #until}: flushes come between them, as they do in a node. */
    static void runTurns(Function<OneTurn, Future<Void>> test) {
        Vertx vertx = TestVertx.create();
        try {
            Promise<Void> done = Promise.promise();
            vertx.runOnContext(turn -> {
                try {
                    test.apply(new OneTurn(vertx)).onComplete(done);
                } catch (RuntimeException | AssertionError e) {
                    done.fail(e);
                }
            });
            TestVertx.await(done.future());
        } finally {
            TestVertx.close(vertx);
        }
    }

    /** Another hub, in the same turn. */
    OneTurn another() {
        return new OneTurn(vertx);
    }

    /** Looks once in each turn, after the flush of the one before. */
    Future<Void> until(BooleanSupplier condition) {
        return look(condition, next -> vertx.runOnContext(turn -> next.run()));
    }

    /** Looks each millisecond: the pause after a large flush needs time, not turns. */
    Future<Void> inTime(BooleanSupplier condition) {
        return look(condition, next -> vertx.setTimer(1, id -> next.run()));
    }

    private static Future<Void> look(BooleanSupplier condition, Consumer<Runnable> later) {
        Promise<Void> met = Promise.promise();
        look(condition, later, met);
        return met.future();
    }

    private static void look(BooleanSupplier condition, Consumer<Runnable> later, Promise<Void> met) {
        try {
            if (condition.getAsBoolean()) {
                met.complete();
            } else {
                later.accept(() -> look(condition, later, met));
            }
        } catch (RuntimeException | AssertionError e) {
            met.fail(e);
        }
    }

    /** Time passes. */
    void after(long millis) {
        now += millis;
    }

    Hub hub() {
        return hub;
    }

    void value(String subject, int epoch, long sequence) {
        String json = "{\"q\":" + sequence + ",\"h\":" + Ledger.checksum(subject, sequence, FILLER) + ",\"p\":\""
                + FILLER + "\"}";
        hub.onRecord("nats", StreamRecord.value(subject, "e" + epoch, sequence, 1, Payload.utf8(json)), now);
    }

    /** From the first to the last. */
    void values(String subject, int epoch, long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            value(subject, epoch, sequence);
        }
    }

    void lost(String subject, int epoch, long from, long to) {
        hub.onRecord("nats", StreamRecord.gap(subject, "e" + epoch, from, to, "upstream", 1), now);
    }
}
