package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.security.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Targets and forms that the desk's own routes do not use. */
@Tag("B5")
class TargetsTest {
    private static final String ROUTES = """
            routes:
              - name: constant
                method: GET
                path: /api/test/constant/{word}
                roles: public
                request: {path: {word: {words: [one, two]}}}
                target: {static: {word: $path.word, id: $request.id, user: $principal.name, at: $now.iso, none: $query.no}}
                reply: {envelope: plain, data: $}
              - name: constant.query
                method: GET
                path: /api/test/query
                roles: any
                request:
                  query:
                    no: {}
                    flag: {type: flag, default: true}
                    many: {type: texts, words: [a, b]}
                    what: {type: list}
                target: {static: {flag: $query.flag, many: $query.many, who: [$principal.id, $principal.role, $principal.accounts, $principal.permissions]}}
                reply: {data: $, status: 202}
              - name: nothing
                method: GET
                path: /api/test/nothing
                roles: public
                target: {static: $query.no}
                reply: {data: $}
                request: {query: {no: {}}}
              - name: nats.asis
                method: POST
                path: /api/test/nats
                roles: public
                request: {body: {a: {type: any}, b: {type: object}}}
                target: {nats: {subject: svc.echo}}
                reply: {envelope: plain, data: {echoed: $.x, missing: $.y.z}}
              - name: nats.built
                method: POST
                path: /api/test/nats/{id}
                roles: public
                request: {body: {a: {type: any}}}
                target: {nats: {subject: svc.echo, body: {id: $path.id, a: $body.a}}}
                reply: {envelope: plain}
            """;

    private static Gateway gateway;
    private static FakeBridge bridge;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("test.yaml"), ROUTES.replace(", none: $query.no", ""));
        gateway = Gateway.start(Map.of(), 1, Gateway.routes(directory));
        bridge = gateway.bridge();
        bridge.natsToo();
        String token = gateway.token(Principal.ADMIN, "*");
        assertThat(gateway.get("/api/v1/services/auth/ping", token).status()).isEqualTo(200);
        bridge.calls.clear();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aConstantIsRenderedForTheRequest() {
        Gateway.Reply reply = gateway.get("/api/test/constant/one", "");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().getString("word")).isEqualTo("one");
        assertThat(reply.json().getString("id")).isEqualTo(reply.header("x-request-id"));
        assertThat(reply.json().getString("user")).isEqualTo("anonymous");
        assertThat(gateway.get("/api/test/constant/three", "").json().getString("detail"))
                .isEqualTo("path parameter 'word' must be one of one, two");
    }

    @Test
    void aPlainRoutesFailureHasNoneOfTheDesksMembers() {
        assertThat(gateway.get("/api/test/constant/three", "").json().fieldNames())
                .contains("code", "detail")
                .doesNotContain("success", "error");
    }

    @Test
    void queryParametersHaveTypesDefaultsAndWords() {
        String token = gateway.token("viewer", "a1");

        Gateway.Reply reply = gateway.get("/api/test/query?many=a,b,&unknown=1", token);

        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.json().getJsonObject("data").encode())
                .isEqualTo("{\"flag\":true,\"many\":[\"a\",\"b\"],\"who\":[\"u1\",\"viewer\",[\"a1\"],[]]}");
        assertThat(gateway.get("/api/test/query?flag=yes", token).status()).isEqualTo(400);
        assertThat(gateway.get("/api/test/query?many=c", token).status()).isEqualTo(400);
        assertThat(gateway.get("/api/test/query?what=c", token).status()).isEqualTo(400);
        assertThat(gateway.get("/api/test/nothing", "").body()).isEqualTo("{\"success\":true,\"data\":null}");
    }

    @Test
    @Tag("N14")
    void aNatsServiceGetsTheBodyAsItWasRead() {
        bridge.answers("{\"x\":[1.50,12345678901234567890,1e3]}");

        Gateway.Reply reply = gateway.post("/api/test/nats", "", "{ \"a\": 1.50 }");

        ServiceCall call = bridge.taken();
        assertThat(call.service()).isEqualTo("svc.echo");
        assertThat(call.method()).isEmpty();
        assertThat(call.body().text()).isEqualTo("{\"a\":1.50}");
        assertThat(reply.body()).isEqualTo("{\"echoed\":[1.50,12345678901234567890,1E+3]}");
    }

    @Test
    @Tag("N14")
    void aNatsRequestCanBeBuilt() {
        bridge.answers("{\"x\":1}");

        Gateway.Reply reply = gateway.post("/api/test/nats/7", "", "{\"a\":{\"b\":[null,true]}}");

        assertThat(bridge.taken().body().text()).isEqualTo("{\"id\":\"7\",\"a\":{\"b\":[null,true]}}");
        assertThat(reply.body()).isEqualTo("{}");
    }
}
