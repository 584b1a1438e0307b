package io.xy.gateway.simulator.feed;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.testkit.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z10")
class NatsFeedTest {
    private final Feeding feeding = new Feeding();

    @AfterEach
    void stop() {
        feeding.close();
    }

    @Test
    void withNatsEverythingGoesThereAndNothingDirectly() {
        await(feeding.interest(1, "xy.>"));
        await(feeding.serveNats(Ack.OK));
        feeding.nats(true);
        feeding.round("xy.a", "xy.b");

        Await.until("both are feeding.published", () -> feeding.published.size() == 2);
        assertThat(feeding.published).containsExactly("xy.a", "xy.b");
        assertThat(feeding.batches).isEmpty();
        assertThat(await(feeding.onLoop(feeding.feed::isDirect))).isFalse();
    }

    @Test
    void whenNatsIsLostTheConsumersHearLiveFirstAndWhenItIsBackNothingMore() {
        await(feeding.interest(1, "xy.>"));
        await(feeding.serveNats(Ack.OK));
        feeding.nats(true);
        feeding.round("xy.a");
        feeding.nats(false);
        feeding.round("xy.a");
        Await.until("a direct batch", () -> feeding.batches.size() == 1);
        assertThat(Feeding.words(feeding.batches.get(0))).containsExactly("LIVE  0", "VALUE xy.a 1");

        feeding.nats(true);
        feeding.round("xy.a");
        Await.until("feeding.published again", () -> feeding.published.size() == 2);
        assertThat(feeding.batches).hasSize(1);
    }

    @Test
    void oneValuePerSubjectIsUnderWayAndTheOldestOfTooManyIsDropped() {
        List<Promise<Ack>> open = Collections.synchronizedList(new ArrayList<>());
        await(feeding.bus.serve(Contract.NATS_PUBLISH, "n1", message -> {
            feeding.published.add(message.payload().text());
            Promise<Ack> ack = Promise.promise();
            open.add(ack);
            return ack.future();
        }));
        feeding.nats(true);
        await(feeding.onLoop(() -> {
            feeding.feed.chooseWay();
            for (int i = 0; i < NatsOutbox.MAX_WAITING + 3; i++) {
                feeding.feed.offer("xy.a", Payload.utf8("v" + i), 1);
            }
            return null;
        }));
        Await.until("the first is there", () -> feeding.published.size() == 1);
        assertThat(await(feeding.onLoop(feeding.feed::dropped))).isEqualTo(2);

        for (int i = 1; i <= NatsOutbox.MAX_WAITING; i++) {
            open.get(i - 1).complete(Ack.OK);
            int seen = i + 1;
            Await.until("the next is there", () -> feeding.published.size() == seen);
        }
        assertThat(feeding.published.get(1)).isEqualTo("v3");
        assertThat(feeding.published.get(NatsOutbox.MAX_WAITING)).isEqualTo("v10");
    }

    @Test
    void aRefusedValueIsCounted() {
        await(feeding.serveNats(new Ack(GatewayError.UPSTREAM_DOWN.notExecuted("not connected"))));
        feeding.nats(true);
        feeding.round("xy.a");

        Await.until("it is counted", () -> await(feeding.onLoop(feeding.feed::dropped)) == 1);
    }

    @Test
    void onlySoManySubjectsAreUnderWay() {
        await(feeding.bus.serve(
                Contract.NATS_PUBLISH, "n1", message -> Promise.<Ack>promise().future()));
        feeding.nats(true);
        await(feeding.onLoop(() -> {
            feeding.feed.chooseWay();
            for (int i = 0; i < NatsOutbox.MAX_SUBJECTS + 5; i++) {
                feeding.feed.offer("xy.s" + i, Payload.EMPTY, 1);
            }
            return null;
        }));
        assertThat(await(feeding.onLoop(feeding.feed::dropped))).isEqualTo(5);
    }
}
