package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.vertx.core.Future;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport.State;
import io.xy.gateway.shared.message.LateReply;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.NatsServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallsTest {
    private NatsServer server;
    private BridgeNode node;
    private Connection service;

    @BeforeEach
    void start() throws Exception {
        server = NatsServer.start();
        node = BridgeNode.at(server.url()).connected();
        service = Nats.connect(server.url());
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        node.close();
        server.close();
    }

    @Test
    @Tag("N14")
    void aServicesReplyIsTheAnswerAndTheServiceLearnsWhoAsked() throws Exception {
        answer("xy.svc.echo", message -> reply(message, new Headers(), header(message, "x-user") + text(message)));

        CallReply reply = BridgeNode.await(node.call("xy.svc.echo", "{\"a\":1}", 5_000));

        assertThat(reply.failure()).isNull();
        assertThat(reply.body().text()).isEqualTo("tina{\"a\":1}");
    }

    @Test
    @Tag("N14")
    void manyCallsAtOnceGetEachItsOwnAnswer() throws Exception {
        answer("xy.svc.echo", message -> reply(message, new Headers(), text(message)));

        List<Future<CallReply>> calls = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            calls.add(node.call("xy.svc.echo", "n" + i, 10_000));
        }

        for (int i = 0; i < 500; i++) {
            assertThat(BridgeNode.await(calls.get(i)).body().text()).isEqualTo("n" + i);
        }
        Await.until("nothing is in flight", () -> node.last().figure("callsUnderway") == 0);
    }

    @Test
    @Tag("N14")
    void nobodyListeningIsSaidAtOnceAndMeansNotExecuted() {
        Failure failure = failure(node.call("xy.svc.nobody", "{}", 20_000));

        assertThat(failure.error()).isEqualTo(GatewayError.NO_SERVICE);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    }

    @Test
    @Tag("N14")
    @Tag("Z12")
    void silenceIsATimeoutWithUnknownOutcomeAndTheLateAnswerIsTold() throws Exception {
        BlockingQueue<Message> asked = new LinkedBlockingQueue<>();
        answer("xy.svc.slow", asked::add);

        Failure failure = failure(node.call("xy.svc.slow", "{}", 200, "key-9"));
        reply(Objects.requireNonNull(asked.poll(10, TimeUnit.SECONDS)), new Headers(), "done");

        assertThat(failure.error()).isEqualTo(GatewayError.TIMEOUT);
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        Await.until("the late answer is told", () -> !node.late.isEmpty());
        LateReply late = node.late.get(0);
        assertThat(List.of(
                        late.requestId(),
                        late.service(),
                        late.idempotencyKey(),
                        late.reply().body().text()))
                .containsExactly("r-1", "xy.svc.slow", "key-9", "done");
    }

    @Test
    @Tag("N14")
    void anErrorHeaderMeansThatTheServiceRanAndFailed() throws Exception {
        answer(
                "xy.svc.fails",
                message -> reply(
                        message,
                        new Headers()
                                .put("Nats-Service-Error", "no such account")
                                .put("Nats-Service-Error-Code", "404"),
                        "ignored"));

        Failure failure = failure(node.call("xy.svc.fails", "{}", 5_000));

        assertThat(failure).isEqualTo(GatewayError.SERVICE_FAILED.executed("no such account (404)"));
    }

    @ParameterizedTest
    @Tag("N14")
    @ValueSource(strings = {"", "a b", "a..b", "xy.*", "xy.>", "$SYS.REQ.SERVER.PING", "$JS.API.INFO", "_INBOX.x.1"})
    void aSubjectThatIsNotForClientsIsRefusedForCallsAndPublications(String subject) {
        assertThat(failure(node.call(subject, "{}", 5_000)))
                .isEqualTo(GatewayError.BAD_REQUEST.notExecuted("This is not a subject for requests"));
        assertThat(node.publish(subject, "{}").failure())
                .isEqualTo(GatewayError.BAD_REQUEST.notExecuted("This is not a subject for publications"));
    }

    @Test
    void aKeyThatWouldBreakAHeaderIsRefused() {
        Failure failure = failure(node.call("xy.svc.echo", "{}", 5_000, "a\r\nx-user: root"));

        assertThat(failure.error()).isEqualTo(GatewayError.BAD_REQUEST);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    }

    @Test
    void aCallWhoseTimeIsOverIsNotSent() {
        Failure failure = failure(node.call("xy.svc.echo", "{}", 0));

        assertThat(failure.error()).isEqualTo(GatewayError.TIMEOUT);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    }

    @Test
    void whatIsLargerThanTheServerTakesIsRefusedBeforeItIsSent() {
        String large = "x".repeat(2 << 20);

        assertThat(Objects.requireNonNull(node.publish("xy.large", large).failure())
                        .error())
                .isEqualTo(GatewayError.TOO_LARGE);
        assertThat(node.connected().publish("xy.small", "x").failure()).isNull();
    }

    @Test
    void aPublicationReachesOtherClientsOfTheServer() throws Exception {
        BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
        answer("xy.md.out", heard::add);

        assertThat(node.publish("xy.md.out", "tick").failure()).isNull();

        assertThat(text(Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS))))
                .isEqualTo("tick");
    }

    @Test
    @Tag("B13")
    void aStoppingBridgeWaitsForTheAnswerInFlight() throws Exception {
        BlockingQueue<Message> asked = new LinkedBlockingQueue<>();
        answer("xy.svc.last", asked::add);
        Future<CallReply> call = node.call("xy.svc.last", "{}", 10_000);
        Message question = Objects.requireNonNull(asked.poll(10, TimeUnit.SECONDS));

        Thread stopper = Thread.ofPlatform().start(node::undeploy);
        reply(question, new Headers(), "in time");
        stopper.join();

        assertThat(BridgeNode.await(call).body().text()).isEqualTo("in time");
    }

    @Test
    @Tag("B13")
    void aNodeThatIsToDrainSaysSoAndStillServes() throws Exception {
        answer("xy.svc.echo", message -> reply(message, new Headers(), "still here"));
        node.bus.publish(Contract.CONTROL, new Control(Control.Kind.DRAIN, BridgeNode.NODE, ""));

        Await.until("it says so", () -> node.last().state() == State.DRAINING);
        assertThat(BridgeNode.await(node.call("xy.svc.echo", "{}", 5_000))
                        .body()
                        .text())
                .isEqualTo("still here");
    }

    private interface Answering {
        void to(Message message);
    }

    private void answer(String subject, Answering how) throws Exception {
        Dispatcher dispatcher = service.createDispatcher(how::to);
        dispatcher.subscribe(subject);
        service.flush(Duration.ofSeconds(5));
    }

    private void reply(Message question, Headers headers, String text) {
        service.publish(NatsMessage.builder()
                .subject(question.getReplyTo())
                .headers(headers)
                .data(text.getBytes(StandardCharsets.UTF_8))
                .build());
    }

    private static String header(Message message, String name) {
        return message.getHeaders().getFirst(name);
    }

    private static String text(Message message) {
        return new String(message.getData(), StandardCharsets.UTF_8);
    }

    private static Failure failure(Future<CallReply> call) {
        return Objects.requireNonNull(BridgeNode.await(call).failure());
    }
}
