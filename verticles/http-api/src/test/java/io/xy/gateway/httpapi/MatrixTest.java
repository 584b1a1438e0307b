package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import java.util.List;
import java.util.stream.Stream;
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
        bridge.answers("[]");
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
        RouteRequest request = RouteRequest.of(route, account);
        return gateway.call(request.method(), request.target(), token, request.body())
                .status();
    }
}
