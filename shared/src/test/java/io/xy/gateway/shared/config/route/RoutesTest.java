package io.xy.gateway.shared.config.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.config.Problem;
import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Route files: what they mean, and that everything that is wrong is said at once, with its place. */
@Tag("B1")
class RoutesTest {
    private static final String START = "routes:\n  - name: r\n    method: GET\n    path: /a/{id}\n    roles: any\n";
    private static final String TARGET = "    target: {static: hello}\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    private List<RouteConfig> routes = List.of();

    private List<String> problems(String... files) {
        Reading reading = new Reading(Map.of());
        for (int i = 0; i < files.length; i++) {
            try {
                Files.writeString(directory.resolve("f" + i + ".yaml"), files[i]);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        routes = Routes.read(directory, reading);
        return reading.problems().stream().map(Problem::toString).toList();
    }

    @Test
    void theDesksRoutesAreWithoutProblems() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(here.resolve("conf/routes"))) {
            here = Objects.requireNonNull(here.getParent());
        }
        Reading reading = new Reading(Map.of());

        List<RouteConfig> desk = Routes.read(here.resolve("conf/routes"), reading);

        assertThat(reading.problems()).isEmpty();
        assertThat(desk).extracting(RouteConfig::name).contains("auth.login", "instructions.parse", "accounts.one");
    }

    @Test
    void aDirectoryThatIsNotThereHasNoRoutes() {
        assertThat(Routes.read(directory.resolve("none"), new Reading(Map.of())))
                .isEmpty();
    }

    @Test
    void aRouteHasTheDefaultsOfItsMethod() {
        assertThat(problems(START + TARGET
                        + "  - {name: p, method: POST, path: /a, roles: public, target: {static: 1}}\n"
                        + "  - {name: u, method: PUT, path: /a, roles: [viewer, admin], target: {static: 1}}\n"
                        + "  - {name: d, method: DELETE, path: /a, roles: any, effect: once, timeout: 3s,"
                        + " target: {static: 1}}\n"
                        + "  - {name: c, method: PATCH, path: /a, roles: any, target: {static: 1}}\n"))
                .isEmpty();
        assertThat(routes)
                .extracting(RouteConfig::effect)
                .containsExactly(Effect.READ, Effect.ONCE, Effect.IDEMPOTENT, Effect.ONCE, Effect.ONCE);
        assertThat(routes)
                .extracting(route -> route.access().kind())
                .containsExactly(
                        AccessRule.Kind.ANY,
                        AccessRule.Kind.PUBLIC,
                        AccessRule.Kind.ROLES,
                        AccessRule.Kind.ANY,
                        AccessRule.Kind.ANY);
        assertThat(routes.get(3).timeoutMillis()).isEqualTo(3_000);
        assertThat(routes.get(0).where()).isEqualTo("routes/f0.yaml:2:5");
        assertThat(routes.get(0).path().parameters()).containsExactly("id");
        assertThat(routes.get(0).reply().refusal().error()).isEqualTo(GatewayError.REFUSED);
    }

    @Test
    void aRouteWithoutARuleIsAProblem() {
        assertThat(problems("routes:\n  - {name: r, method: GET, path: /a, target: {static: 1}}\n"))
                .containsExactly("routes/f0.yaml:2:5: routes[0].roles: is required: any, public, or a list of admin,"
                        + " operator, viewer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "    rolse: [admin]|is not a setting; did you mean 'roles'?",
                "    effect: never|is 'never'; allowed: read, idempotent, once",
                "    timeout: 2h|allowed: 0ms to 30s",
                "    owner: path.user|is 'path.user'; allowed: path., query. or body.",
                "    owner: nothing|is 'nothing'; allowed",
                "    accounts: {from: [query.acc], x: 1}|accounts.x: is not a setting",
                "    accounts: {from: [header.x]}|is 'header.x'; allowed",
                "    accounts: {filter: 'a b'}|is 'a b'; allowed: names with dots",
                "    accounts: {lookup: {zmq: {service: s, method: m}}}|accounts.lookup.field: is required",
                "    request: {path: {idd: {}}}|which is no parameter of /a/{id}; did you mean 'id'?",
                "    request: {body: {x: {}}}|is not possible with GET",
                "    request: {query: {x: {type: words}}}|allowed: text, integer, number, flag, texts, list, object, any",
                "    request: {query: {x: {min: 5, max: 1}}}|is 5, more than max, which is 1",
                "    request: {query: {x: {type: integer, default: many}}}|does not fit the type",
                "    request: {query: {x: {type: texts, default: many}}}|does not fit the type",
                "    request: {query: 5}|must be a mapping",
                "    reply: {envelope: bare}|is 'bare'; allowed: desk, plain",
                "    reply: {envelope: plain, members: {a: 1}}|need the desk's envelope",
                "    reply: {members: 5}|must be a mapping",
                "    reply: {data: $nothing.x}|$ may be followed by",
                "    reply: {data: $path.idd}|is '$path.idd', which is not declared; did you mean 'id'?",
                "    reply: {data: $principal.password}|which is not declared",
                "    reply: {data: $query}|which is not declared",
                "    reply: {data: $.a..b}|allowed: names with dots",
                "    reply: {data: {each: $, az: $}}|needs 'as'",
                "    reply: {data: {each: $, az: $, as: $}}|is not known here; did you mean 'as'?",
                "    reply: {data: {group: $, by: text, as: $}}|must be a reference",
                "    reply: {refusal: {error: instruction_invalid}}|did you mean 'instruction-invalid'?",
            })
    void aMistakeIsSaidWithItsPlaceAndWhatIsAllowed(String line, String message) {
        List<String> problems = problems(START + TARGET + "    " + line + '\n');

        assertThat(problems).isNotEmpty().allMatch(problem -> problem.startsWith("routes/f0.yaml:"));
        assertThat(problems).anyMatch(problem -> problem.contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "    target: {}|needs exactly one of http, zmq, nats, static, identity",
                "    target: {static: 1, nats: {subject: a}}|needs exactly one of",
                "    target: {http: {}}|target.http.upstream: is required",
                "    target: {zmq: {method: m}}|target.zmq.service: is required",
                "    target: {zmq: {service: s, method: m, args: 5}}|must be a list",
                "    target: {zmq: {service: s, method: m, kwargs: [5]}}|must be a mapping",
                "    target: {zmq: {service: s, method: m, args: [$.x]}}|there is no result before the call",
                "    target: {nats: {subject: a.>}}|allowed: a subject without wildcards",
                "    target: {identity: {action: login, wrong-per-account: 0}}|allowed: 1 to 10000",
            })
    void aTargetThatIsNoneIsSaid(String line, String message) {
        assertThat(problems(START + "    " + line + '\n')).anyMatch(problem -> problem.contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: R!, method: GET, path: /a, roles: any, target: {static: 1}}|allowed: small letters",
                "{name: r, method: get, path: /a, roles: any, target: {static: 1}}|did you mean 'GET'?",
                "{name: r, path: /a, roles: any, target: {static: 1}}|method: is required",
                "{name: r, method: GET, path: a, roles: any, target: {static: 1}}|allowed: an absolute path",
                "{name: r, method: GET, path: '/a/x{id}', roles: any, target: {static: 1}}|allowed: an absolute path",
                "{name: r, method: GET, path: '/{a}/{a}', roles: any, target: {static: 1}}|names a parameter twice",
                "{name: r, method: GET, path: /a, roles: trader, target: {static: 1}}|has 'trader'; allowed",
                "{name: r, method: GET, path: /a, roles: [any, admin], target: {static: 1}}|together with others",
            })
    void whatARouteCannotBeIsSaid(String route, String message) {
        assertThat(problems("routes:\n  - " + route + '\n')).anyMatch(problem -> problem.contains(message));
    }

    @Test
    void allProblemsOfAllFilesAreSaidAtOnce() {
        assertThat(problems("routes:\n  - {name: a}\n", "rutes: []\n", "routes: {}\n", "routes: [\n"))
                .anyMatch(problem -> problem.startsWith("routes/f0.yaml:2:5: routes[0].method: is required"))
                .anyMatch(problem -> problem.startsWith("routes/f0.yaml:2:5: routes[0].roles: is required"))
                .anyMatch(problem -> problem.startsWith("routes/f1.yaml:1:8: rutes: is not a setting"))
                .anyMatch(problem -> problem.contains("routes/f2.yaml") && problem.contains("must be a list"))
                .anyMatch(problem -> problem.contains("routes/f3.yaml") && problem.contains("is not YAML"));
    }

    @Test
    void twoRoutesThatMatchTheSameAreAConflictAcrossFiles() {
        String other = "routes:\n  - {name: r, method: GET, path: '/a/{other}', roles: any, target: {static: 1}}\n";

        assertThat(problems(START + TARGET, other))
                .containsExactly(
                        "routes/f1.yaml:2:5: name: is 'r', as that of the route at routes/f0.yaml:2:5",
                        "routes/f1.yaml:2:5: path: is 'GET /a/{other}', which the route at routes/f0.yaml:2:5 serves"
                                + " already");
    }

    @Test
    void templatesAreReadWithTheirTypes() {
        assertThat(
                        problems(
                                START + TARGET
                                        + "    reply:\n      data: [1, -2.50, true, null, text, $$1, $, $.a|b.c, $path.id, {k: {first: [$.x, 0]}}]\n"))
                .isEmpty();
        assertThat(routes.get(0).reply().data())
                .isEqualTo(new Template.Sequence(List.of(
                        new Template.Constant(1L),
                        new Template.Constant(new java.math.BigDecimal("-2.50")),
                        new Template.Constant(true),
                        new Template.Constant(null),
                        new Template.Constant("text"),
                        new Template.Constant("$1"),
                        new Template.Reference(Template.Root.CURRENT, List.of()),
                        new Template.Reference(Template.Root.CURRENT, List.of(List.of("a", "b"), List.of("c"))),
                        new Template.Reference(Template.Root.PATH, List.of(List.of("id"))),
                        new Template.Shape(Map.of(
                                "k",
                                new Template.First(List.of(
                                        new Template.Reference(Template.Root.CURRENT, List.of(List.of("x"))),
                                        new Template.Constant(0L))))))));
    }
}
