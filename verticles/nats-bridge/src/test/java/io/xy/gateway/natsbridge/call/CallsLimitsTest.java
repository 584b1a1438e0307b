package io.xy.gateway.natsbridge.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.natsbridge.link.LinkEvent;
import io.xy.gateway.natsbridge.link.LinkResult.Answered;
import io.xy.gateway.natsbridge.link.LinkResult.Handed;
import io.xy.gateway.natsbridge.link.Outgoing;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.LateReply;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.message.StreamMessage;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z12")
class CallsLimitsTest {
    private final Vertx vertx = TestVertx.create();
    private final List<Outgoing> sent = new CopyOnWriteArrayList<>();
    private final List<LateReply> late = new CopyOnWriteArrayList<>();
    private boolean room = true;
    private final Outlet outlet = new Outlet(message -> room && sent.add(message));
    private final Calls calls = new Calls(vertx, outlet, 2, late::add);
    private final Publications publications = new Publications(outlet);

    @BeforeEach
    void connect() {
        outlet.onEvent(new LinkEvent.Ready(7));
    }

    @AfterEach
    void close() {
        calls.close();
        TestVertx.close(vertx);
    }

    @Test
    void beyondTheLimitOfCallsInFlightTheNextIsRefused() {
        calls.onCall(call(10_000)).onComplete(done -> {});
        calls.onCall(call(10_000)).onComplete(done -> {});

        assertFailure(calls.onCall(call(10_000)), GatewayError.OVERLOADED, Outcome.NOT_EXECUTED);
        assertThat(calls.underway()).isEqualTo(2);
    }

    @Test
    void aFullHandOffRefusesCallsAndPublications() {
        room = false;

        assertFailure(calls.onCall(call(10_000)), GatewayError.OVERLOADED, Outcome.NOT_EXECUTED);
        assertThat(failure(publications.onPublish(new StreamMessage("xy.a", Payload.EMPTY)))
                        .error())
                .isEqualTo(GatewayError.OVERLOADED);
        assertThat(calls.underway()).isZero();
    }

    @Test
    void theHandOffIsBoundedInBytesAndFreedByWhatTheLinkTook() {
        Payload large = Payload.of(new byte[(int) Outlet.MAX_BYTES - 10]);
        Future<Ack> first = publications.onPublish(new StreamMessage("xy.a", large));
        assertThat(failure(publications.onPublish(new StreamMessage("xy.a", Payload.of(new byte[11]))))
                        .error())
                .isEqualTo(GatewayError.OVERLOADED);

        take(sent.get(0), null);

        assertThat(first.result()).isEqualTo(Ack.OK);
        assertThat(publications.onPublish(new StreamMessage("xy.a", large)).isComplete())
                .isFalse();
    }

    @Test
    void aCallThatTheLinkCouldNotSendWasNotExecuted() {
        Future<CallReply> reply = calls.onCall(call(10_000));

        take(sent.get(0), GatewayError.UPSTREAM_DOWN.notExecuted("gone"));

        assertFailure(reply, GatewayError.UPSTREAM_DOWN, Outcome.NOT_EXECUTED);
    }

    @Test
    void aCallThatWasSentOnAConnectionThatIsLostByNowIsUnknown() {
        Future<CallReply> reply = calls.onCall(call(10_000));
        outlet.onEvent(new LinkEvent.Lost(7, "cut"));
        calls.onLost();
        assertThat(reply.isComplete()).isFalse();

        take(sent.get(0), null);

        assertFailure(reply, GatewayError.UPSTREAM_DOWN, Outcome.UNKNOWN);
    }

    @Test
    void aCallThatTurnsOutUnsentAfterItsDeadlineIsToldAsNotExecuted() {
        Future<CallReply> reply = calls.onCall(call(50));
        Await.until("the deadline passed", reply::isComplete);

        take(sent.get(0), GatewayError.TIMEOUT.notExecuted("too late to send"));

        assertFailure(reply, GatewayError.TIMEOUT, Outcome.UNKNOWN);
        assertThat(Objects.requireNonNull(late.get(0).reply().failure()).outcome())
                .isEqualTo(Outcome.NOT_EXECUTED);
    }

    @Test
    void theEarliestDeadlineCountsWhateverTheOrderOfTheCalls() {
        Future<CallReply> patient = calls.onCall(call(15_000));
        Future<CallReply> hasty = calls.onCall(call(50));

        Await.until("the hasty one is over", hasty::isComplete);

        assertThat(patient.isComplete()).isFalse();
        calls.onAnswered(new Answered(sent.get(0).number(), false, null, "", Payload.utf8("ok")));
        assertThat(patient.result().body().text()).isEqualTo("ok");
    }

    @Test
    void aSecondAnswerAndOneToNothingChangeNothing() {
        Future<CallReply> reply = calls.onCall(call(10_000));
        Answered answer = new Answered(sent.get(0).number(), false, null, "", Payload.utf8("one"));
        calls.onAnswered(answer);
        calls.onAnswered(answer);
        calls.onAnswered(new Answered(999, false, null, "", Payload.EMPTY));

        assertThat(reply.result().body().text()).isEqualTo("one");
        assertThat(late).isEmpty();
    }

    @Test
    void aServiceErrorIsMadeFitForACallersEyes() {
        Future<CallReply> reply = calls.onCall(call(10_000));

        calls.onAnswered(new Answered(sent.get(0).number(), false, "bad\r\nthing", "", Payload.EMPTY));

        assertThat(Objects.requireNonNull(reply.result().failure()).detail()).isEqualTo("bad  thing");
    }

    @Test
    @Tag("B13")
    void whatIsNotAnsweredWhenTheBridgeStopsIsUnknownAndNothingNewIsTaken() {
        Future<CallReply> open = calls.onCall(call(10_000));
        Future<Ack> publication = publications.onPublish(new StreamMessage("xy.a", Payload.EMPTY));
        Future<Void> drained = calls.drain(50);
        assertFailure(calls.onCall(call(10_000)), GatewayError.DRAINING, Outcome.NOT_EXECUTED);

        Await.until("the limit ends the wait", drained::isComplete);
        calls.close();
        publications.close();

        assertFailure(open, GatewayError.DRAINING, Outcome.UNKNOWN);
        assertThat(failure(publication).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    private void take(Outgoing message, @Nullable Failure failure) {
        Handed handed = new Handed(message.number(), 7, message.payload().length(), failure);
        outlet.onHanded(handed);
        if (!publications.onHanded(handed)) {
            calls.onHanded(handed);
        }
    }

    private static ServiceCall call(long millis) {
        return new ServiceCall("r", "xy.svc", "", Payload.EMPTY, Effect.ONCE, "", "", Deadline.in(millis));
    }

    private static Failure failure(Future<Ack> ack) {
        return Objects.requireNonNull(ack.result().failure());
    }

    private static void assertFailure(Future<CallReply> reply, GatewayError error, Outcome outcome) {
        Failure failure = Objects.requireNonNull(reply.result().failure());
        assertThat(failure.error()).isEqualTo(error);
        assertThat(failure.outcome()).isEqualTo(outcome);
    }
}
