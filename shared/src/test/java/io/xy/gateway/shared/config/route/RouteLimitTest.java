package io.xy.gateway.shared.config.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.config.LimitRule;
import io.xy.gateway.shared.config.Problem;
import io.xy.gateway.shared.config.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("B1")
@Tag("B3")
class RouteLimitTest {
    private static final String ROUTE =
            "routes:\n  - {name: a, method: GET, path: /a, roles: %s, target: {static: {body: 1}}%s}\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    private final Reading reading = new Reading(Map.of());

    private List<RouteConfig> read(String roles, String limit) throws Exception {
        Files.writeString(directory.resolve("a.yaml"), ROUTE.formatted(roles, limit));
        return Routes.read(directory, reading);
    }

    @Test
    void aRouteMayNameALimit() throws Exception {
        assertThat(read("any", "").get(0).limit()).isEqualTo(RouteLimit.NONE);
        assertThat(RouteLimit.NONE.rule().configured()).isFalse();
        assertThat(read("any", ", limit: {max: 10, burst: 20, per: principal}")
                        .get(0)
                        .limit())
                .isEqualTo(new RouteLimit(new LimitRule(10, 1_000, 20), RouteLimit.Per.PRINCIPAL));
        assertThat(read("public", ", limit: {max: 10, window: 1m, per: address}")
                        .get(0)
                        .limit())
                .isEqualTo(new RouteLimit(new LimitRule(10, 60_000, 10), RouteLimit.Per.ADDRESS));
        assertThat(read(
                                "any",
                                ", request: {query: {account: {max: 64}}}, accounts: {from: [query.account]}, limit: {max: 1, per: account}")
                        .get(0)
                        .limit()
                        .per())
                .isEqualTo(RouteLimit.Per.ACCOUNT);
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void whatIsWrongWithALimitIsTold() throws Exception {
        assertThat(read("public", ", limit: {max: -1, per: principal, every: 5}"))
                .hasSize(1);
        assertThat(reading.problems())
                .extracting(Problem::toString)
                .anyMatch(text -> text.contains("limit.max"))
                .anyMatch(text -> text.contains("limit.per: is principal"))
                .anyMatch(text -> text.contains("limit.every: is not a setting"));
    }

    @Test
    void aLimitPerAccountNeedsToKnowWhereTheAccountStands() throws Exception {
        assertThat(read("any", ", limit: {max: 1, per: account}")).hasSize(1);
        assertThat(reading.problems())
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .contains("limit.per: is account", "accounts.from");
    }
}
