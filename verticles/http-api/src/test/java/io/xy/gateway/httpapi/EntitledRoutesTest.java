package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.route.AccountRule;
import io.xy.gateway.shared.config.route.FieldRef;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every shipped route, by HTTP and as a call on a socket: who may use account1 neither commands nor sees account2. */
@Tag("Z13")
@Tag("T-A02")
class EntitledRoutesTest {
    private static final String FOREIGN = "account2";
    private static final Pattern ACCOUNT = Pattern.compile("account", Pattern.CASE_INSENSITIVE);
    private static final Set<String> OF_THE_SERVICE_ITSELF = Set.of("ping", "get_health");

    /** What the services say of both accounts, by method. */
    private static final Map<String, String> SAID = Map.ofEntries(
            Map.entry(
                    "get_accounts",
                    "[{'id':'account1'},{'id':'account2'},{'account_id':'account2'},{'name':'account2'}]"),
            Map.entry("get_algorithms", both() + ""),
            Map.entry("get_algorithm", both().substring(1, both().indexOf("},{'id':'b'") + 1)),
            Map.entry(
                    "get_algorithm_history",
                    "[{'id':'h','note':'account2'},{'id':'i','accounts':['account1','account2']}]"),
            Map.entry("get_algorithm_logs", "[{'message':'account2 filled'}]"),
            Map.entry(
                    "get_execution_status",
                    "{'status':'running','results':[{'account':'account1'},{'account':'account2'},{'account_id':'account2'}]}"),
            Map.entry(
                    "get_instruction_history",
                    "[{'id':'h1','accounts':['account1','account2']},{'id':'h2','accounts':['account2']},{'text':'account2'}]"));

    private static Gateway gateway;
    private static FakeBridge bridge;
    private static String mine;
    private static String all;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        bridge = gateway.bridge();
        mine = gateway.token(Principal.ADMIN, "account1");
        all = gateway.token(Principal.ADMIN, "*");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void answer() {
        bridge.calls.clear();
        bridge.service = call -> Future.succeededFuture(FakeBridge.json(
                SAID.getOrDefault(call.method(), "{'success':true}").replace('\'', '"')));
    }

    static Stream<Arguments> toServices() {
        return Gateway.routes(Gateway.root().resolve("conf/routes")).stream()
                .filter(route -> route.target() instanceof RouteTarget.Zmq zmq
                        && !zmq.service().equals("auth_service")
                        && !OF_THE_SERVICE_ITSELF.contains(zmq.method()))
                .map(route -> Arguments.of(route.name(), route));
    }

    static Stream<Arguments> naming() {
        return toServices()
                .filter(each -> !((RouteConfig) each.get()[1]).accounts().from().isEmpty());
    }

    static Stream<Arguments> telling() {
        return toServices().filter(each -> {
            RouteTarget target = ((RouteConfig) each.get()[1]).target();
            return SAID.containsKey(((RouteTarget.Zmq) target).method());
        });
    }

    @Test
    void everyRouteSaysWhoseAccountsItTouches() {
        List<String> unguarded = new ArrayList<>();
        for (RouteConfig route : Gateway.routes(Gateway.root().resolve("conf/routes"))) {
            for (String named : accountFields(route)) {
                if (route.accounts().from().stream().noneMatch(ref -> named.equals(first(ref)))) {
                    unguarded.add(route.name() + ' ' + named);
                }
            }
        }
        toServices().forEach(each -> {
            RouteConfig route = (RouteConfig) each.get()[1];
            if (route.accounts().equals(AccountRule.NONE)) {
                unguarded.add(route.name());
            }
        });

        assertThat(unguarded).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("naming")
    void whatNamesAnotherAccountIsRefusedBeforeAnythingIsSent(String name, RouteConfig route) {
        for (String account : List.of(FOREIGN, "Account1", "account1%2e", "account1,account2", "account", "*")) {
            RouteRequest request = RouteRequest.of(route, account);
            if (request.body() != null
                    || !account.contains(",")
                    || request.target().contains("?")) {
                assertThat(http(request, mine)).as(account).isEqualTo(403);
                assertThat(socket(request, mine).status()).as(account).isEqualTo(403);
            }
        }
        assertThat(bridge.calls).isEmpty();

        RouteRequest own = RouteRequest.of(route, "account1");
        assertThat(http(own, mine)).isEqualTo(200);
        assertThat(socket(own, mine).status()).isEqualTo(200);
        RouteRequest any = RouteRequest.of(route, FOREIGN);
        assertThat(http(any, all)).isEqualTo(200);
        assertThat(socket(any, all).status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("telling")
    void whatIsSaidOfAnotherAccountIsNotPassedOn(String name, RouteConfig route) {
        RouteRequest request = RouteRequest.of(route, "account1");

        String seen = gateway.call(request.method(), request.target(), mine, request.body())
                .body();
        assertThat(seen).doesNotContain(FOREIGN);
        assertThat(socket(request, mine).body().text()).doesNotContain(FOREIGN);
        assertThat(gateway.call(request.method(), request.target(), all, request.body())
                        .body())
                .contains(FOREIGN);
        assertThat(socket(request, all).body().text()).contains(FOREIGN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'account':'account2'}",
                "{'accounts':['account1','account2']}",
                "{'accounts':[['account2']]}",
                "{'accounts':{'account2':1}}",
                "{'accounts':{'account1':{'size':1},'account2':{'size':1}}}",
                "{'accountId':'account2'}",
                "{'account_id':'account2'}",
                "{'account_ids':['account2']}",
                "{'accountIds':['account2']}",
                "{'ACCOUNT':'account2'}",
                "{'vt_accountid':'account2'}",
                "{'legs':[{'account':'account2'}]}",
                "{'legs':[{'to':{'deep':[{'account':'account2'}]}}]}",
                "[{'account':'account2'}]",
                "{'account':'account1','legs':[{'account':'account2'}]}",
                "{'account':2}",
                "{'account':true}",
                "{'account':'*'}",
                "{'account':'account1 '}",
                "{'account':''}"
            })
    void anInstructionThatNamesAnotherAccountIsRefused(String instruction) {
        RouteRequest request = execute(instruction);

        assertThat(http(request, mine)).isEqualTo(403);
        assertThat(socket(request, mine).status()).isEqualTo(403);
        assertThat(bridge.calls).isEmpty();
        assertThat(http(request, all)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'account':'account1'}",
                "{'accounts':['account1']}",
                "{'accounts':[]}",
                "{'accounts':null}",
                "{'accounts':{'account1':{'size':1}}}",
                "{'legs':[{'accountId':'account1'}],'accountIds':['account1']}",
                "{'parsed':'沪500 当月 万1 双卖vega','raw':'account2'}",
                "{'accounting':'x','accountName':'second','discount':0.1}",
                "'双卖 500 当月 万1 的v'",
                "5"
            })
    void anInstructionThatNamesNoneOrAnOwnIsSentAsItIs(String instruction) {
        RouteRequest request = execute(instruction);

        assertThat(http(request, mine)).isEqualTo(200);

        JsonArray sent = new JsonArray(bridge.taken().body().text());
        assertThat(sent.getJsonObject(1).getJsonArray("instructions"))
                .isEqualTo(new JsonObject(String.valueOf(request.body())).getJsonArray("instructions"));
    }

    private static RouteRequest execute(String instruction) {
        String body = "{'instructions':[" + instruction + "],'accounts':['account1']}";
        return new RouteRequest("POST", "/api/v1/instructions/execute", body.replace('\'', '"'));
    }

    private static String both() {
        return "[{'id':'a','account_progress':{'account1':1,'account2':2}},{'id':'b','account_progress':{'account2':1}}]";
    }

    private static List<String> accountFields(RouteConfig route) {
        List<String> found = new ArrayList<>();
        route.path().parameters().forEach(name -> found.add("path." + name));
        route.request().query().keySet().forEach(name -> found.add("query." + name));
        route.request().body().keySet().forEach(name -> found.add("body." + name));
        found.removeIf(name -> !ACCOUNT.matcher(name).find());
        return found;
    }

    private static String first(FieldRef ref) {
        return new FieldRef(ref.place(), ref.path().subList(0, 1)).toString();
    }

    private static int http(RouteRequest request, String token) {
        return gateway.call(request.method(), request.target(), token, request.body())
                .status();
    }

    private static CallReply socket(RouteRequest request, String token) {
        @Nullable String body = request.body();
        return await(gateway.bus.request(
                Contract.API_CALL,
                Gateway.NODE,
                new RouteCall(
                        "request-1",
                        request.method(),
                        request.target(),
                        Payload.utf8(body == null ? "" : body),
                        token,
                        "1.2.3.4",
                        "",
                        Deadline.in(5_000)),
                6_000));
    }
}
