package io.xy.gateway.zmqbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TestVertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls through a broker of the desk's kind to a worker of the desk's kind, both CPython. */
@Tag("Z2")
class CallsTest {
    private static final String SERVICE = "account_service";

    private static @Nullable PeerProcess broker;
    private static @Nullable PeerProcess worker;
    private static BridgeStage stage = BridgeStage.empty();

    @BeforeAll
    static void start(@TempDir Path directory) {
        stage.close();
        String endpoint = "tcp://127.0.0.1:" + Ports.free();
        broker = Peers.broker(endpoint);
        worker = Peers.worker(endpoint, SERVICE);
        stage = BridgeStage.client(directory, "", endpoint);
        stage.awaitService(SERVICE);
    }

    @AfterAll
    static void stop() {
        stage.close();
        if (worker != null) {
            worker.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    @Tag("Z1")
    void aCallIsAnsweredWithItsResult() {
        assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
        assertThat(stage.result(SERVICE, "add", "[[2,3],{}]")).isEqualTo("5");
        assertThat(stage.result(SERVICE, "add", "[[],{\"a\":\"x\",\"b\":\"双\"}]"))
                .isEqualTo("\"x双\"");
    }

    @Test
    void everyKindOfValueComesBackAsItWent() {
        String values = "[1,-1,1.5,true,false,null,\"双卖 500\",[],{},[[1]],{\"k\":{\"l\":[1718960000000]}}]";
        assertThat(stage.result(SERVICE, "echo", "[" + values + ",{\"dry_run\":true}]"))
                .isEqualTo("[" + values + ",{\"dry_run\":true}]");
    }

    @Test
    void aDecimalIsATextAndATupleAnArray() {
        assertThat(stage.result(SERVICE, "price", "[[],{}]"))
                .isEqualTo("{\"price\":\"5.123\",\"volume\":\"1152921504606846976\",\"at\":[1,2]}");
    }

    @Test
    void manyCallsAreOutstandingAndEachGetsItsOwnAnswer() {
        List<Future<CallReply>> replies = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            replies.add(stage.send(SERVICE, "add", "[[" + i + ",0],{}]"));
        }
        TestVertx.await(Future.all(replies));
        for (int i = 0; i < 500; i++) {
            assertThat(replies.get(i).result().body().text()).isEqualTo(String.valueOf(i));
        }
    }

    @Test
    @Tag("Z6")
    void aTracebackStaysInside() {
        for (String method : List.of("fail", "no_such_function", "add")) {
            CallReply reply = stage.call(SERVICE, method, "[[],{}]");
            Failure failure = failed(reply);
            assertThat(failure.error()).isEqualTo(GatewayError.SERVICE_FAILED);
            assertThat(failure.outcome()).isEqualTo(Outcome.EXECUTED);
            assertThat(failure.detail()).doesNotContain("Traceback", "secret", "File");
            assertThat(reply.status()).isEqualTo(502);
        }
    }

    @Test
    void aRefusalForPeopleIsPassedOn() {
        Failure failure = failed(stage.call(SERVICE, "refuse", "[[],{}]"));
        assertThat(failure.error()).isEqualTo(GatewayError.SERVICE_FAILED);
        assertThat(failure.detail()).isEqualTo("Account not found");
        assertThat(failed(stage.call(SERVICE, "number", "[[],{}]")).detail()).doesNotContain("7");
    }

    @Test
    @Tag("Z3")
    void anAnswerThatCannotBeReadIsABadReplyAndWasExecuted() {
        for (String method : List.of("garbage", "object")) {
            Failure failure = failed(stage.call(SERVICE, method, "[[],{}]"));
            assertThat(failure.error()).isEqualTo(GatewayError.BAD_REPLY);
            assertThat(failure.outcome()).isEqualTo(Outcome.EXECUTED);
        }
    }

    @Test
    void argumentsThatAreNoneAreRefusedBeforeTheyAreSent() {
        for (String body : List.of("", "[]", "{}", "[1,2]", "[[],{},1]", "[[\"\\ud800\"],{}]")) {
            Failure failure = failed(stage.call(SERVICE, "ping", body));
            assertThat(failure.error()).isEqualTo(GatewayError.BAD_REQUEST);
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        }
    }

    @Test
    @Tag("Z6")
    void aServiceThatNobodyServesIsSaidToBeAbsent() {
        for (String service : List.of("no_such_service", "", "mmi.service", "a b", "x".repeat(300))) {
            Failure failure = failed(stage.call(service, "ping", "[[],{}]"));
            assertThat(failure.error()).isEqualTo(GatewayError.NO_SERVICE);
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        }
        assertThat(failed(stage.call("no_such_service", "ping", "[[],{}]", Effect.READ, 5_000))
                        .error())
                .isEqualTo(GatewayError.NO_SERVICE);
    }

    @Test
    void aCallWhoseTimeIsOverIsNotSent() {
        Failure failure = failed(stage.call(SERVICE, "ping", "[[],{}]", Effect.ONCE, 0));
        assertThat(failure.error()).isEqualTo(GatewayError.TIMEOUT);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    }

    static Failure failed(CallReply reply) {
        Failure failure = reply.failure();
        assertThat(failure).isNotNull();
        return Objects.requireNonNull(failure);
    }
}
