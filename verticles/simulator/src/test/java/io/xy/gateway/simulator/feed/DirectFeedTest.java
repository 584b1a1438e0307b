package io.xy.gateway.simulator.feed;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z10")
class DirectFeedTest {
    private final Feeding feeding = new Feeding();

    @AfterEach
    void stop() {
        feeding.close();
    }

    @Test
    void withoutNatsAConsumerGetsWhatItsPatternsMatch() {
        InterestAck ack = await(feeding.interest(1, "xy.md.tick.*"));
        assertThat(ack).isEqualTo(new InterestAck("n1", "e1", true));

        feeding.round("xy.md.tick.a", "xy.md.market.500", "xy.md.tick.b");
        feeding.round("xy.md.tick.a");

        Await.until("two feeding.batches", () -> feeding.batches.size() == 2);
        StreamBatch first = feeding.batches.get(0);
        assertThat(first.source()).isEqualTo("simulator");
        assertThat(first.node()).isEqualTo("n1");
        assertThat(first.number()).isEqualTo(1);
        assertThat(Feeding.words(first)).containsExactly("LIVE  0", "VALUE xy.md.tick.a 1", "VALUE xy.md.tick.b 1");
        assertThat(feeding.batches.get(1).number()).isEqualTo(2);
        assertThat(Feeding.words(feeding.batches.get(1))).containsExactly("VALUE xy.md.tick.a 2");
        assertThat(first.records().get(1).epoch()).isEqualTo("e1");
    }

    @Test
    void anOlderRevisionRenewsTheLeaseButNotTheList() {
        await(feeding.interest(5, "xy.md.tick.a"));
        await(feeding.interest(4, "xy.md.tick.b"));
        feeding.round("xy.md.tick.a", "xy.md.tick.b");

        Await.until("a batch", () -> feeding.batches.size() == 1);
        assertThat(Feeding.words(feeding.batches.get(0))).containsExactly("LIVE  0", "VALUE xy.md.tick.a 1");
    }

    @Test
    void aWithdrawnConsumerAndOneWhoseLeaseEndedAreForgotten() {
        await(feeding.interest(1, "xy.>"));
        assertThat(await(feeding.onLoop(feeding.feed::consumers))).isEqualTo(1);
        await(feeding.interest(2));
        assertThat(await(feeding.onLoop(feeding.feed::consumers))).isZero();

        await(feeding.bus.request(
                Contract.STREAM_INTEREST_SIMULATOR,
                "n1",
                new Interest("n1", Feeding.CONSUMER, 3, List.of("xy.>"), 1),
                5_000));
        Await.until("the lease ends", () -> await(feeding.onLoop(feeding.feed::consumers)) == 0);
    }

    @Test
    void theConsumersOfANodeThatLeftAreForgotten() {
        await(feeding.onLoop(() -> {
            feeding.report("n2", HealthReport.State.UP, false);
            return null;
        }));
        await(feeding.bus.request(
                Contract.STREAM_INTEREST_SIMULATOR,
                "n1",
                new Interest("n2", "n2/ws/0", 1, List.of("xy.>"), 60_000),
                5_000));
        feeding.bus.publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "n2", ""));

        Await.until("it is forgotten", () -> await(feeding.onLoop(feeding.feed::consumers)) == 0);
    }

    @Test
    void interestThatIsNoPatternOrTooLongIsRefused() {
        assertThatThrownBy(() -> await(feeding.interest(1, "xy..a"))).hasMessageContaining("bad_request");
        String[] many = Collections.nCopies(Consumers.MAX_PATTERNS + 1, "xy.a").toArray(new String[0]);
        assertThatThrownBy(() -> await(feeding.interest(1, many))).hasMessageContaining("too_many_subs");
    }

    @Test
    void moreConsumersThanTheBoundAreRefused() {
        for (int i = 0; i < Consumers.MAX_CONSUMERS; i++) {
            await(feeding.interestOf("n1/ws/" + i));
        }
        assertThatThrownBy(() -> await(feeding.interestOf("n1/ws/x"))).hasMessageContaining("overloaded");
    }

    @Test
    void beyondTheWindowValuesAreDroppedAndTheGapIsSaid() {
        feeding.holdCredit = true;
        await(feeding.interest(1, "xy.>"));
        for (int i = 0; i < Consumer.WINDOW + 3; i++) {
            feeding.round("xy.a");
        }
        Await.until("the window is full", () -> feeding.batches.size() == Consumer.WINDOW);
        feeding.holdCredit = false;
        feeding.uncredited.forEach(credit -> credit.complete(new Credit(0)));
        Await.until("a batch after the gap", () -> {
            feeding.round("xy.a");
            return feeding.batches.size() > Consumer.WINDOW;
        });

        StreamRecord gap = feeding.batches.get(Consumer.WINDOW).records().get(0);
        assertThat(gap.kind()).isEqualTo(StreamRecord.Kind.GAP);
        assertThat(gap.from()).isEqualTo(Consumer.WINDOW + 1);
        assertThat(gap.reason()).isEqualTo("slow");
        StreamRecord next = feeding.batches.get(Consumer.WINDOW).records().get(1);
        assertThat(next.sequence()).isEqualTo(gap.sequence() + 1);
    }

    @Test
    void moreValuesInOneRoundThanABatchHoldsAreSplit() {
        await(feeding.interest(1, "xy.>"));
        await(feeding.onLoop(() -> {
            feeding.feed.chooseWay();
            for (int i = 0; i < Consumer.MAX_PENDING + 1; i++) {
                feeding.feed.offer("xy.a", Payload.EMPTY, 1);
            }
            feeding.feed.flush();
            return null;
        }));

        Await.until("two feeding.batches", () -> feeding.batches.size() == 2);
        assertThat(feeding.batches.get(1).records()).hasSize(1);
    }
}
