package io.xy.gateway.httpapi.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.metrics.HttpMeters;
import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which route serves a path. */
@Tag("B5")
class RouteTableTest {
    private List<RouteConfig> routes = List.of();
    private RouteTable table = new RouteTable(List.of(), RouteTableTest::bare);

    @BeforeEach
    void load(@TempDir Path directory) throws IOException {
        StringBuilder yaml = new StringBuilder("routes:\n");
        for (String route : List.of(
                "root GET /",
                "list GET /a",
                "make POST /a",
                "literal GET /a/new",
                "one GET /a/{id}",
                "drop DELETE /a/{id}",
                "part GET /a/{id}/part",
                "other GET /a/{name}/other/{n}",
                "deep GET /a/new/x/{y}")) {
            String[] words = route.split(" ");
            yaml.append("  - {name: ")
                    .append(words[0])
                    .append(", method: ")
                    .append(words[1])
                    .append(", path: '");
            yaml.append(words[2]).append("', roles: any, target: {static: 1}}\n");
        }
        Files.writeString(directory.resolve("r.yaml"), yaml);
        Reading reading = new Reading(Map.of());
        routes = Routes.read(directory, reading);
        assertThat(reading.problems()).isEmpty();
        table = new RouteTable(routes, RouteTableTest::bare);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "GET,/,root,{}",
                "GET,/a,list,{}",
                "HEAD,/a,list,{}",
                "POST,/a,make,{}",
                "GET,/a/new,literal,{}",
                "GET,/a/7,one,{id=7}",
                "DELETE,/a/7,drop,{id=7}",
                "GET,/a/new/part,part,{id=new}",
                "GET,/a/7/other/8,other,'{name=7, n=8}'",
                "GET,/a/new/x/8,deep,{y=8}",
                "GET,/b,-,-",
                "GET,/a/,-,-",
                "GET,/a/7/nothing,-,-",
                "GET,/a/7/part/more,-,-",
                "DELETE,/a,-,-",
            })
    void aLiteralWinsAndAParameterIsTriedWhereItLeadsNowhere(
            String method, String path, @Nullable String name, @Nullable String parameters) {
        RouteTable.Place place = table.find(path);
        RouteTable.Match match = place == null ? null : place.match(method);

        assertThat(match == null ? null : match.route().config().name()).isEqualTo(name);
        assertThat(match == null ? null : match.parameters().toString()).isEqualTo(parameters);
    }

    @Test
    void aPathOfThousandsOfSegmentsIsNotLookedAt() {
        assertThat(table.find("/a".repeat(5_000))).isNull();
    }

    @Test
    void theMethodsOfAPlaceAreKnown() {
        RouteTable.Place place = table.find("/a/7");

        assertThat(place == null ? "" : place.allow()).isEqualTo("DELETE, GET, HEAD, OPTIONS");
    }

    @Test
    void twoRoutesForTheSameAreAConflict() {
        assertThatThrownBy(() -> new RouteTable(List.of(routes.get(0), routes.get(0)), RouteTableTest::bare))
                .hasMessage("two routes serve GET /");
    }

    private static RouteTable.Route bare(RouteConfig route) {
        return new RouteTable.Route(route, new Stage[0], new HttpMeters().route(route.method(), route.name()));
    }
}
