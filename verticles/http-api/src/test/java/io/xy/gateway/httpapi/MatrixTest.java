package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.FieldRef;
import io.xy.gateway.shared.config.route.FieldRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route with a complete request, from callers who may and who may not; made from the routes themselves. */
@Tag("T-A01")
@Tag("B2")
@Tag("Z13")
class MatrixTest {
    private static Gateway gateway;
    private static FakeBridge bridge;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        bridge = gateway.bridge();
        bridge.answers("{}");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    static Stream<Arguments> guarded() {
        return Gateway.deskRoutes().stream()
                .filter(route -> route.access().kind() != AccessRule.Kind.PUBLIC)
                .map(route -> Arguments.of(route.name(), route));
    }

    static Stream<Arguments> withAccounts() {
        return Gateway.deskRoutes().stream()
                .filter(route -> !route.accounts().from().isEmpty())
                .map(route -> Arguments.of(route.name(), route));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("guarded")
    @Tag("T-15")
    void whoMayNotCallNeverReachesTheBackEnd(String name, RouteConfig route) {
        bridge.calls.clear();
        String expired = Tokens.signed(Gateway.SECRET, "{\"sub\":\"u1\",\"role\":\"admin\",\"exp\":1}");
        String forged = Tokens.signed(Gateway.SECRET + "x", "{\"sub\":\"u1\",\"role\":\"admin\",\"exp\":99999999999}");

        assertThat(status(route, "", "account1")).isEqualTo(401);
        assertThat(status(route, expired, "account1")).isEqualTo(401);
        assertThat(status(route, forged, "account1")).isEqualTo(401);
        if (route.access().kind() == AccessRule.Kind.ROLES) {
            for (String role : List.of("viewer", "operator", "trader", "ADMIN")) {
                if (!route.access().roles().contains(role)) {
                    assertThat(status(route, gateway.token(role, "*"), "account1"))
                            .as(role)
                            .isEqualTo(403);
                }
            }
        }
        assertThat(bridge.calls).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withAccounts")
    @Tag("T-A02")
    void anotherOnesAccountIsRefusedBeforeTheBackEndSeesIt(String name, RouteConfig route) {
        String caller = gateway.token("admin", "account1");
        bridge.calls.clear();

        assertThat(status(route, caller, "account2")).isEqualTo(403);
        assertThat(bridge.calls).isEmpty();
        assertThat(status(route, caller, "account1")).isNotIn(401, 403, 404, 405);
    }

    private static int status(RouteConfig route, String token, String account) {
        String target = route.path().text();
        for (String parameter : route.path().parameters()) {
            boolean isAccount = refers(route, FieldRef.Place.PATH, parameter);
            target = target.replace('{' + parameter + '}', isAccount ? account : "u1");
        }
        String query = query(route, account);
        return gateway.call(route.method(), target + query, token, body(route, account))
                .status();
    }

    private static String query(RouteConfig route, String account) {
        List<String> parts = new ArrayList<>();
        route.request().query().forEach((name, rule) -> {
            if (refers(route, FieldRef.Place.QUERY, name)) {
                parts.add(name + '=' + account);
            } else if (rule.required()) {
                parts.add(name + '=' + value(rule, "1"));
            }
        });
        return parts.isEmpty() ? "" : '?' + String.join("&", parts);
    }

    private static @Nullable String body(RouteConfig route, String account) {
        if (!route.request().takesBody()) {
            return null;
        }
        JsonObject body = new JsonObject();
        for (Map.Entry<String, FieldRule> field : route.request().body().entrySet()) {
            boolean isAccount = refers(route, FieldRef.Place.BODY, field.getKey());
            if (isAccount || field.getValue().required()) {
                body.put(field.getKey(), value(field.getValue(), isAccount ? account : "12345678"));
            }
        }
        return body.encode();
    }

    private static Object value(FieldRule rule, String text) {
        String word = rule.words().isEmpty() ? text : rule.words().get(0);
        return switch (rule.type()) {
            case TEXT, ANY -> word;
            case INTEGER, NUMBER -> Math.max(1, rule.min());
            case FLAG -> true;
            case TEXTS -> new JsonArray().add(word);
            case LIST -> new JsonArray().add(new JsonObject().put("accounts", new JsonArray().add(text)));
            case OBJECT -> new JsonObject();
        };
    }

    private static boolean refers(RouteConfig route, FieldRef.Place place, String field) {
        return route.accounts().from().stream()
                .anyMatch(ref -> ref.place() == place && ref.path().get(0).equals(field));
    }
}
