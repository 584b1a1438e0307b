package io.xy.gateway.shared.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N5")
class StreamOutboxTest {
    private final Vertx vertx = TestVertx.create();
    private final Context context = vertx.getOrCreateContext();
    private final Bus bus = new Bus(vertx, "n");
    private final List<StreamBatch> batches = new CopyOnWriteArrayList<>();
    private final List<Promise<Credit>> owed = new CopyOnWriteArrayList<>();
    private final List<String> gone = new CopyOnWriteArrayList<>();
    private final StreamOutbox outbox = new StreamOutbox(bus, "s", "n/0", 2, () -> gone.add("n/0"));

    @BeforeEach
    void listen() {
        TestVertx.await(bus.serve(Contract.STREAM_BATCH, "n/0", batch -> {
            batches.add(batch);
            Promise<Credit> credit = Promise.promise();
            owed.add(credit);
            return credit.future();
        }));
    }

    @AfterEach
    void close() {
        TestVertx.close(vertx);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverTheCreditEachSubjectsValuesAndGapsAreContiguousAndEndWithTheNewest(long seed) {
        Random random = new Random(seed);
        Map<String, Long> last = new HashMap<>();
        for (int turn = 0; turn < 200; turn++) {
            onLoop(() -> {
                for (int i = random.nextInt(8); i > 0; i--) {
                    String subject = "xy.s" + random.nextInt(5);
                    outbox.add(value(subject, last.merge(subject, 1L, Long::sum)));
                }
                outbox.flush();
            });
            if (random.nextInt(4) == 0) {
                pay();
            }
        }
        Await.until("everything came", () -> {
            pay();
            return reached().equals(last);
        });

        assertThat(batches).extracting(StreamBatch::number).isSorted().doesNotHaveDuplicates();
        assertThat(batches.get(batches.size() - 1).number()).isEqualTo(batches.size());
    }

    @Test
    void moreSubjectsThanAreHeldAreNamedAsGapsAllTheSame() {
        int many = 70_000;
        onLoop(() -> {
            for (int turn = 0; turn < 2; turn++) {
                outbox.add(value("xy.first", turn + 1));
                outbox.flush();
            }
            for (int i = 0; i < many; i++) {
                outbox.add(value("xy.s" + i, 1));
            }
        });
        Await.until("everything came", () -> {
            pay();
            return reached().size() == many + 1;
        });

        assertThat(outbox.skipped()).isEqualTo(many - 65_536);
        assertThat(reached().values()).containsOnly(1L, 2L);
    }

    @Test
    void aConsumerThatNobodyServesIsReported() {
        StreamOutbox nobody = new StreamOutbox(bus, "s", "n/1", 2, () -> gone.add("n/1"));
        onLoop(() -> {
            nobody.add(value("xy.a", 1));
            nobody.flush();
        });
        Await.until("it is reported", () -> gone.equals(List.of("n/1")));
    }

    /** Follows each subject through values and gaps, which must join on to each other. */
    private Map<String, Long> reached() {
        Map<String, Long> reached = new HashMap<>();
        for (StreamBatch batch : batches) {
            for (StreamRecord record : batch.records()) {
                long from = record.kind() == Kind.GAP ? record.from() : record.sequence();
                long before = reached.getOrDefault(record.subject(), 0L);
                assertThat(from).isEqualTo(before + 1);
                reached.put(record.subject(), record.sequence());
            }
        }
        return reached;
    }

    private void pay() {
        List<Promise<Credit>> due = List.copyOf(owed);
        owed.removeAll(due);
        due.forEach(credit -> credit.tryComplete(new Credit(0)));
    }

    private void onLoop(Runnable work) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(turn -> {
            work.run();
            done.complete();
        });
        TestVertx.await(done.future());
    }

    private static StreamRecord value(String subject, long sequence) {
        return StreamRecord.value(subject, "e", sequence, 1, Payload.utf8("1"));
    }
}
