package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.security.Principal;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route times every role, from the configuration itself. */
@Tag("B2")
@Tag("Z7")
class RolesTest {
    private static final Set<String> WITHOUT_LOGIN = Set.of("auth.login", "auth.refresh");
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        gateway.bridge().answers("{}");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    static Stream<Arguments> matrix() {
        return Gateway.deskRoutes().stream()
                .flatMap(route -> Stream.of("", "expired", "trader", "viewer", "operator", "admin")
                        .map(role -> Arguments.of(route.name(), role, route)));
    }

    @ParameterizedTest(name = "{0} for {1}")
    @MethodSource("matrix")
    void aRouteLetsInWhomItsRuleNames(String name, String role, RouteConfig route) {
        String target = route.path().text().replaceAll("\\{[A-Za-z]+\\}", "u1");
        String token =
                switch (role) {
                    case "" -> "";
                    case "expired" -> expired();
                    default -> gateway.token(role, "*");
                };

        // No body and no content type: who may call goes on to 400, 415 or the service; who may not stops before.
        String body = route.request().takesBody() ? "{}" : null;
        int status = gateway.call(route.method(), target, token, body).status();

        if (isAllowed(route, role)) {
            assertThat(status).isNotIn(403, 404, 405);
            assertThat(status == 401 && route.access().kind() != AccessRule.Kind.PUBLIC)
                    .isFalse();
        } else {
            assertThat(status).isEqualTo(role.isEmpty() || role.equals("expired") ? 401 : 403);
        }
    }

    private static boolean isAllowed(RouteConfig route, String role) {
        return switch (route.access().kind()) {
            case PUBLIC -> true;
            case ANY -> !role.isEmpty() && !role.equals("expired");
            case ROLES -> role.equals("admin") || route.access().roles().contains(role);
        };
    }

    private static String expired() {
        return Tokens.signed(Gateway.SECRET, "{\"sub\":\"u1\",\"role\":\"admin\",\"exp\":1}");
    }

    @Test
    void onlyLoginAndRefreshAreOpen() {
        assertThat(gateway.routes)
                .filteredOn(route -> route.access().kind() == AccessRule.Kind.PUBLIC)
                .extracting(RouteConfig::name)
                .containsExactlyInAnyOrderElementsOf(WITHOUT_LOGIN);
    }

    @Test
    void readsAreForViewersCommandsForOperatorsAndAccountsAreEnabledByAdmins() {
        assertThat(rolesOf("accounts.list")).contains("viewer");
        assertThat(rolesOf("instructions.execute")).containsExactly("operator");
        assertThat(rolesOf("algorithms.command")).containsExactly("operator");
        assertThat(rolesOf("accounts.enabled")).containsExactly("admin");
    }

    @Test
    void aTokenThatListsPermissionsIsBoundByThem() {
        Principal lookers =
                new Principal("u1", "u", Principal.OPERATOR, List.of("view_accounts"), List.of("*"), List.of(), "", 0);
        Principal managers = new Principal(
                "u1", "u", Principal.OPERATOR, List.of("manage_algorithms"), List.of("*"), List.of(), "", 0);
        String target = "/api/v1/algorithms/a/pause";

        assertThat(gateway.post(target, gateway.token(lookers), null).status()).isEqualTo(403);
        assertThat(gateway.post(target, gateway.token(managers), null).status()).isEqualTo(200);
        assertThat(gateway.get("/api/v1/accounts", gateway.token(lookers)).status())
                .isEqualTo(200);
        for (String read : List.of("/api/v1/accounts", "/api/v1/accounts/account1/positions")) {
            assertThat(gateway.get(read, gateway.token(managers)).status()).isEqualTo(403);
        }
    }

    @Test
    void anotherUsersDataIsForAdmins() {
        assertThat(gateway.get("/api/v1/auth/users/u2/permissions", gateway.token("operator", "*"))
                        .status())
                .isEqualTo(403);
        assertThat(gateway.get("/api/v1/auth/users/u2/permissions", gateway.token("admin", "*"))
                        .status())
                .isEqualTo(200);
    }

    private static List<String> rolesOf(String name) {
        return gateway.routes.stream()
                .filter(route -> route.name().equals(name))
                .findFirst()
                .orElseThrow()
                .access()
                .roles();
    }
}
