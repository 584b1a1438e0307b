package io.xy.gateway.natsbridge.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.xy.gateway.natsbridge.link.LinkEvent.Doubt;
import io.xy.gateway.natsbridge.link.LinkEvent.Missed;
import io.xy.gateway.natsbridge.link.LinkEvent.Received;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N5")
class StreamIntakeTest {
    private final Vertx vertx = TestVertx.create();
    private final Context context = vertx.getOrCreateContext();
    private final CountDownLatch free = new CountDownLatch(1);
    private final List<LinkEvent> seen = new CopyOnWriteArrayList<>();
    private final List<Integer> batches = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        free.countDown();
        TestVertx.close(vertx);
    }

    @Test
    void whatFindsTheInboxFullIsToldBeforeTheNextMessage() {
        StreamIntake intake = new StreamIntake(inbox(3, 1 << 20));
        for (int i = 0; i < 8; i++) {
            intake.offer(message(1, i < 6 ? "a" : "b", 10));
        }
        free.countDown();
        Await.until("the inbox is empty", () -> seen.size() == 3);

        intake.offer(message(1, "a", 10));

        Await.until("the rest came", () -> seen.size() == 5);
        Missed missed = (Missed) seen.get(3);
        assertThat(missed.losses())
                .extracting(loss -> loss.subject() + loss.count())
                .containsExactly("a3", "b2");
        assertThat(seen.get(4)).isInstanceOf(Received.class);
    }

    @Test
    void aLossIsToldWithoutAnotherMessageToo() {
        StreamIntake intake = new StreamIntake(inbox(1, 1 << 20));
        intake.offer(message(1, "a", 10));
        intake.offer(message(1, "a", 10));
        free.countDown();

        Await.until("it is told", () -> {
            intake.settle();
            return seen.size() == 2;
        });
        assertThat(seen.get(1)).isInstanceOf(Missed.class);
    }

    @Test
    void theInboxIsBoundedInBytesToo() {
        StreamIntake intake = new StreamIntake(inbox(1_000, 5_000));
        for (int i = 0; i < 10; i++) {
            intake.offer(message(1, "a", 2_000));
        }
        free.countDown();

        Await.until("what fitted came, and what did not is told", () -> {
            intake.settle();
            return seen.size() == 3;
        });
        assertThat(seen.subList(0, 2)).allMatch(Received.class::isInstance);
        assertThat(((Missed) seen.get(2)).losses().get(0).count()).isEqualTo(8);
    }

    @Test
    void moreLostSubjectsThanCanBeNamedAreToldAsANumber() {
        StreamIntake intake = new StreamIntake(inbox(1, 1 << 20));
        intake.offer(message(1, "first", 1));
        for (int i = 0; i < 4_100; i++) {
            intake.offer(message(1, "s" + i, 1));
        }
        free.countDown();

        Await.until("both are told", () -> {
            intake.settle();
            return seen.size() == 3;
        });
        assertThat(seen.get(1)).isEqualTo(new Doubt(1, 4));
        assertThat(((Missed) seen.get(2)).losses()).hasSize(4_096);
    }

    @Test
    void whatAnEarlierConnectionLostIsForgotten() {
        StreamIntake intake = new StreamIntake(inbox(1, 1 << 20));
        intake.offer(message(1, "a", 1));
        intake.offer(message(1, "old", 1));
        intake.offer(message(2, "new", 1));
        free.countDown();

        Await.until("it is told", () -> {
            intake.settle();
            return seen.size() == 2;
        });
        assertThat(((Missed) seen.get(1)).losses())
                .extracting(LinkEvent.Loss::subject)
                .containsExactly("new");
    }

    @Test
    void eventsOfTheConnectionAreNeverLostAndKeepTheirPlace() {
        StreamIntake intake = new StreamIntake(inbox(1, 1 << 20));
        intake.offer(message(1, "a", 1));
        intake.tell(new LinkEvent.Lost(1, "cut"));
        free.countDown();

        Await.until("both came", () -> seen.size() == 2);
        assertThat(seen.get(1)).isEqualTo(new LinkEvent.Lost(1, "cut"));
    }

    @Test
    void aBurstIsReadInOrderAndInBatchesThatLeaveRoomForOthers() {
        StreamIntake intake = new StreamIntake(inbox(10_000, 1 << 24));
        for (int i = 0; i < 3_000; i++) {
            intake.offer(message(1, "s" + i, 1));
        }
        free.countDown();

        Await.until("all came", () -> seen.size() == 3_000);
        assertThat(seen)
                .extracting(event -> ((Received) event).subject())
                .isEqualTo(IntStream.range(0, 3_000).mapToObj(i -> "s" + i).toList());
        assertThat(batches).allMatch(size -> size <= LoopInbox.BATCH);
    }

    /** An inbox whose loop is held up until {@link #free}. */
    private LoopInbox<LinkEvent> inbox(int capacity, long bytes) {
        context.runOnContext(task -> {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return new LoopInbox<>(context, capacity, bytes, StreamIntake::weight, events -> {
            batches.add(events.size());
            seen.addAll(events);
        });
    }

    private static Received message(long incarnation, String subject, int size) {
        return new Received(incarnation, ">", subject, null, 0, Payload.of(new byte[size]));
    }
}
