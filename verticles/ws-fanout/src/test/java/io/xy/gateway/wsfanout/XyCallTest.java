package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N12")
@Tag("Z12")
class XyCallTest {
    private final Gateway gateway = Gateway.start();
    private final List<RouteCall> calls = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aCallTakesTheRouteWithTheConnectionsToken() {
        api(Gateway.NODE, call -> Future.succeededFuture(CallReply.ok(Payload.utf8("{\"price\":1.10}"))));
        XyTestClient trader = gateway.trader();
        trader.sendText(
                "{\"op\":\"req\",\"id\":40,\"to\":\"POST /api/v1/x?y=1\",\"body\":{\"n\":12345678901234567890.10},\"idem\":\"k1\"}");
        trader.await("ok", r -> r.getLong(1) == 40);
        assertThat(trader.frames().get(trader.frames().size() - 1)).contains("\"body\":{\"price\":1.10}}");
        RouteCall call = calls.get(0);
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.target()).isEqualTo("/api/v1/x?y=1");
        assertThat(call.body().text()).isEqualTo("{\"n\":12345678901234567890.10}");
        assertThat(call.idempotencyKey()).isEqualTo("k1");
        assertThat(call.credential()).isNotEmpty();
        assertThat(call.peer()).isEqualTo("127.0.0.1");
    }

    @Test
    void theMethodFollowsFromTheBody() {
        api(Gateway.NODE, call -> Future.succeededFuture(CallReply.ok(Payload.EMPTY)));
        XyTestClient trader = gateway.trader();
        trader.sendText("{\"op\":\"req\",\"id\":1001,\"to\":\"/api/v1/x\"}");
        trader.sendText("{\"op\":\"req\",\"id\":1002,\"to\":\"/api/v1/x\",\"body\":1}");
        trader.sendText("{\"op\":\"req\",\"id\":1003,\"to\":\"/api/v1/x\",\"method\":\"DELETE\"}");
        trader.sendText("{\"op\":\"req\",\"id\":1004,\"to\":\"algo.start\",\"body\":\"text\"}");
        trader.await("ok", r -> r.getLong(1) == 1004);
        assertThat(calls).extracting(RouteCall::method).containsExactly("GET", "POST", "DELETE", "");
        assertThat(calls.get(3).body().text()).isEqualTo("\"text\"");
    }

    @Test
    void aFailureSaysWhatBecameOfTheCall() {
        api(
                Gateway.NODE,
                call -> Future.succeededFuture(CallReply.failed(
                        GatewayError.TIMEOUT.unknown("No answer").after(250))));
        XyTestClient trader = gateway.trader();
        trader.sendText("{\"op\":\"req\",\"id\":40,\"to\":\"/api/v1/x\",\"body\":{}}");
        JsonObject error = trader.await("err").getJsonObject(2);
        assertThat(error.getString("code")).isEqualTo("timeout");
        assertThat(error.getString("outcome")).isEqualTo("unknown");
        assertThat(error.getBoolean("retry")).isTrue();
        assertThat(error.getLong("after")).isEqualTo(250);
        assertThat(error.getString("corr")).endsWith("-40");
    }

    @Test
    void withoutANodeThatServesTheApiNothingWasExecuted() {
        XyTestClient trader = gateway.trader();
        trader.sendText("{\"op\":\"req\",\"id\":40,\"to\":\"/api/v1/x\"}");
        JsonObject error = trader.await("err").getJsonObject(2);
        assertThat(error.getString("code")).isEqualTo("no_service");
        assertThat(error.getString("outcome")).isEqualTo("not-executed");
    }

    @Test
    void anAnswerThatIsNotJsonIsAFailure() {
        api(Gateway.NODE, call -> Future.succeededFuture(CallReply.ok(Payload.utf8("{oops"))));
        XyTestClient trader = gateway.trader();
        trader.sendText("{\"op\":\"req\",\"id\":40,\"to\":\"/api/v1/x\"}");
        JsonObject error = trader.await("err").getJsonObject(2);
        assertThat(error.getString("code")).isEqualTo("bad_reply");
        assertThat(error.getString("outcome")).isEqualTo("executed");
    }

    @Test
    void whenTheNodeLeavesItsCallsFailAtOnce() {
        api("node-b", call -> Promise.<CallReply>promise().future());
        XyTestClient trader = gateway.trader();
        trader.sendText("{\"op\":\"req\",\"id\":40,\"to\":\"/api/v1/x\",\"ms\":30000}");
        Await.until("the call is there", () -> !calls.isEmpty());
        gateway.bus().publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "node-b", ""));
        JsonObject error = trader.await("err").getJsonObject(2);
        assertThat(error.getString("outcome")).isEqualTo("unknown");
    }

    @Test
    void aCancelledCallIsAnsweredOnce() {
        Promise<CallReply> late = Promise.promise();
        api(Gateway.NODE, call -> late.future());
        XyTestClient trader = gateway.trader();
        trader.sendText("{\"op\":\"req\",\"id\":40,\"to\":\"/api/v1/x\"}");
        Await.until("the call is there", () -> !calls.isEmpty());
        trader.sendText("{\"op\":\"req\",\"id\":40,\"to\":\"/api/v1/x\"}");
        trader.await("err", r -> r.getJsonObject(2).getString("code").equals("bad_request"));
        trader.sendText("{\"op\":\"cancel\",\"id\":40}");
        JsonArray cancelled =
                trader.await("err", r -> r.getJsonObject(2).getString("code").equals("cancelled"));
        assertThat(cancelled.getLong(1)).isEqualTo(40);
        late.complete(CallReply.ok(Payload.utf8("1")));
        trader.subscribe(1, "xy.md.>");
        assertThat(trader.find("ok", r -> r.getLong(1) == 40)).isNull();
    }

    @Test
    void tooManyCallsAtOnceAreRefused() {
        api(Gateway.NODE, call -> Promise.<CallReply>promise().future());
        XyTestClient trader = gateway.trader();
        for (int i = 1; i <= 65; i++) {
            trader.sendText("{\"op\":\"req\",\"id\":" + (100 + i) + ",\"to\":\"/api/v1/x\"}");
        }
        JsonArray error = trader.await("err");
        assertThat(error.getLong(1)).isEqualTo(165);
        assertThat(error.getJsonObject(2).getString("code")).isEqualTo("overloaded");
        assertThat(error.getJsonObject(2).getString("outcome")).isEqualTo("not-executed");
    }

    @Test
    void aTargetThatIsNoneIsRefused() {
        XyTestClient trader = gateway.trader();
        for (String to : List.of("post /x y", "GET /a b", "weird name", "<x>", "")) {
            trader.send(new JsonObject().put("op", "req").put("id", 7).put("to", to));
        }
        Await.until("all are refused", () -> trader.all("err").size() == 5);
        trader.sendText("{\"op\":\"req\",\"to\":\"/x\"}");
        trader.await("err", r -> r.getLong(1) == 0);
    }

    private void api(String node, Function<RouteCall, Future<CallReply>> answer) {
        Bus bus = new Bus(gateway.vertx(), node);
        TestVertx.await(bus.serve(Contract.API_CALL, call -> {
            calls.add(call);
            return answer.apply(call);
        }));
        bus.publish(
                Contract.HEALTH_REPORT,
                new HealthReport(node, Role.HTTP_API, 0, HealthReport.State.UP, 0, List.of(), List.of()));
    }
}
