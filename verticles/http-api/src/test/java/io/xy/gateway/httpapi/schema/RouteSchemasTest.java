package io.xy.gateway.httpapi.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.config.Problem;
import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.route.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A schema that cannot be used is a problem of the configuration, at its own line. */
@Tag("B8")
class RouteSchemasTest {
    private static final String ROUTE = """
            routes:
              - name: r
                method: POST
                path: /r
                roles: any
                target: {static: 1}
                request:
                  body-schema:
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    private List<String> problems(String schema) {
        Reading reading = new Reading(Map.of());
        try {
            Path routes = Files.createDirectories(directory.resolve("routes"));
            Files.writeString(routes.resolve("r.yaml"), ROUTE + schema);
            RouteSchemas.check(Routes.read(routes, reading), reading);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return reading.problems().stream().map(Problem::toString).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "        type: objekt|routes/r.yaml:9:15: request.body-schema.type: ",
                "        minimum: many|routes/r.yaml:9:18: request.body-schema.minimum: ",
                "        required: a|routes/r.yaml:9:19: request.body-schema.required: ",
                "        properties: {a: {type: string, pattern: '(a'}}|routes/r.yaml:9:49: request.body-schema.properties.a.pattern: is not a regular expression",
                "        patternProperties: {'[': {}}|request.body-schema.patternProperties: is not a regular expression",
                "        $ref: '#/$defs/none'|routes/r.yaml:9:15: request.body-schema.$ref: is '#/$defs/none', which is nothing in this schema",
                "        items: {$ref: 'https://schemas.example/x.json'}|nothing is loaded from elsewhere",
                "        items: {$ref: 'other.json'}|nothing is loaded from elsewhere",
                "        $schema: http://json-schema.org/draft-07/schema#|allowed: https://json-schema.org/draft/2020-12/schema",
                "        $id: https://x.example/y|refer within themselves",
                "        $ref: '#'|refers to itself without end",
                "        {$ref: '#/$defs/a', $defs: {a: {$ref: '#/$defs/b'}, b: {$ref: '#/$defs/a'}}}|refers to itself without end",
                "        [a, b]|must be a JSON Schema, or the name of a file that holds one",
                "        schemas/none.json|is 'schemas/none.json', which is no file below the configuration directory",
                "        ../secret.json|is '../secret.json', which is no file below",
                "        /etc/passwd|is '/etc/passwd', which is no file below",
            })
    void aBadSchemaIsToldWithItsPlace(String schema, String problem) {
        assertThat(problems(schema + '\n'))
                .anyMatch(told -> told.contains(problem))
                .allMatch(told -> told.startsWith("routes/r.yaml:"));
    }

    @Test
    void everyProblemIsToldAtOnceAndThatOfAFileAtItsOwnLine() throws IOException {
        Files.createDirectories(directory.resolve("schemas"));
        Files.writeString(
                directory.resolve("schemas/a.json"),
                "{\n  \"type\": \"object\",\n  \"minProperties\": -1,\n  \"properties\": {\"a\": {\"type\": 5}}\n}\n");

        assertThat(problems("        schemas/a.json\n"))
                .anyMatch(told -> told.startsWith("schemas/a.json:3:20: request.body-schema.minProperties: "))
                .anyMatch(told -> told.startsWith("schemas/a.json:4:32: request.body-schema.properties.a.type: "));
    }

    @Test
    void aSchemaThatRefersToItselfForPartsIsFine() {
        assertThat(problems("        {type: object, properties: {below: {type: array, items: {$ref: '#'}}}}\n"))
                .isEmpty();
    }

    @Test
    void fieldsAndSchemaExcludeEachOther() {
        assertThat(problems("        {type: object}\n      body: {a: {}}\n"))
                .containsExactly("routes/r.yaml:10:7: routes[0].request.body: is described twice: by fields and by"
                        + " body-schema");
    }
}
