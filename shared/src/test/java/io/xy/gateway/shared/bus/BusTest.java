package io.xy.gateway.shared.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamMessage;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C1")
class BusTest {
    private static final StreamMessage MESSAGE = new StreamMessage("xy.md.a", Payload.utf8("1"));

    private Vertx vertx;
    private Bus bus;

    @BeforeEach
    void start() {
        vertx = TestVertx.create();
        bus = new Bus(vertx, "n1");
    }

    @AfterEach
    void stop() {
        TestVertx.close(vertx);
    }

    @Test
    void aRequestReachesTheNamedNodeAndBringsTheAnswer() {
        TestVertx.await(bus.serve(Contract.NATS_PUBLISH, message -> Future.succeededFuture(Ack.OK)));
        assertThat(TestVertx.await(bus.request(Contract.NATS_PUBLISH, "n1", MESSAGE, 1_000)))
                .isEqualTo(Ack.OK);
    }

    @Test
    void nobodyThereIsNoServiceAndNotExecuted() {
        Failure failure = failure(bus.request(Contract.NATS_PUBLISH, "n1", MESSAGE, 1_000));
        assertThat(failure.error()).isEqualTo(GatewayError.NO_SERVICE);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    }

    @Test
    void silenceIsATimeoutWithUnknownOutcome() {
        TestVertx.await(bus.serve(Contract.NATS_PUBLISH, message -> io.vertx.core.Promise.<Ack>promise()
                .future()));
        Failure failure = failure(bus.request(Contract.NATS_PUBLISH, "n1", MESSAGE, 50));
        assertThat(failure.error()).isEqualTo(GatewayError.TIMEOUT);
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void theReceiversFailureArrivesWithCodeOutcomeAndDetail() {
        TestVertx.await(bus.serve(
                Contract.NATS_PUBLISH,
                message -> Future.failedFuture(
                        GatewayError.OVERLOADED.notExecuted("queue | full").exception())));
        Failure failure = failure(bus.request(Contract.NATS_PUBLISH, "n1", MESSAGE, 1_000));
        assertThat(failure).isEqualTo(GatewayError.OVERLOADED.notExecuted("queue | full"));
    }

    @Test
    void aReceiverThatThrowsIsInternalWithoutItsText() {
        TestVertx.await(bus.serve(Contract.NATS_PUBLISH, message -> {
            throw new IllegalStateException("secret detail");
        }));
        Failure failure = failure(bus.request(Contract.NATS_PUBLISH, "n1", MESSAGE, 1_000));
        assertThat(failure.error()).isEqualTo(GatewayError.INTERNAL);
        assertThat(failure.detail()).doesNotContain("secret");
    }

    @Test
    void aPublicationReachesEveryListenerUntilItLeaves() {
        List<Control> first = new CopyOnWriteArrayList<>();
        List<Control> second = new CopyOnWriteArrayList<>();
        Registration one = TestVertx.await(bus.listen(Contract.CONTROL, first::add));
        TestVertx.await(bus.listen(Contract.CONTROL, second::add));
        bus.publish(Contract.CONTROL, new Control(Control.Kind.PURGE, "", "a"));
        Await.until("both heard it", () -> first.size() == 1 && second.size() == 1);
        TestVertx.await(one.close());
        bus.publish(Contract.CONTROL, new Control(Control.Kind.PURGE, "", "b"));
        Await.until("the second heard it", () -> second.size() == 2);
        assertThat(first).hasSize(1);
    }

    @Test
    void everyAddressHasABoundAndAPromise() {
        assertThat(Contract.ALL).allSatisfy(address -> {
            assertThat(address.name()).startsWith("xy.");
            assertThat(address.bound()).isNotBlank();
            assertThat(address.promise()).isNotBlank();
            assertThat(address.reply() == Void.class).isEqualTo(address.pattern() == Address.Pattern.PUBLISH);
        });
    }

    private static Failure failure(Future<?> future) {
        return catchThrowableOfType(GatewayException.class, () -> TestVertx.await(future))
                .failure();
    }
}
