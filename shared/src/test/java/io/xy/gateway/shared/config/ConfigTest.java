package io.xy.gateway.shared.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.message.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B1")
class ConfigTest {
    private static final Map<String, String> PRODUCTION = Map.of(
            "XY_PROFILE", "production",
            "JWT_SECRET", "k3J9vQ0xWm5rT8yB2nZ7cL4pF6hD1sGa",
            "HTTP_TLS_TERMINATED", "true",
            "WS_TLS_TERMINATED", "true");

    @TempDir
    Path directory;

    @Test
    void anEmptyDirectoryGivesTheDefaults() throws Exception {
        GatewayConfig config = ConfigLoader.load(directory, Map.of());
        assertThat(config.http().port()).isEqualTo(3001);
        assertThat(config.ws().port()).isEqualTo(3002);
        assertThat(config.management().port()).isEqualTo(3003);
        assertThat(config.zmq().mode()).isEqualTo(ZmqConfig.Mode.BROKER);
        assertThat(config.node().roles()).contains(Role.values());
    }

    @Test
    void everyProblemIsReportedAtOnceWithItsPlace() {
        file("gateway.yaml", """
                http:
                  prot: 3001
                  port: 99999
                ws:
                  query-token: yes
                log:
                  level: chatty
                """);
        assertThat(problems(directory, Map.of("ZMQ_RETRIES", "many")))
                .containsExactlyInAnyOrder(
                        "gateway.yaml:2:9: http.prot: is not a setting; did you mean 'port'?",
                        "gateway.yaml:3:9: http.port: is '99999'; allowed: 0 to 65535",
                        "gateway.yaml:5:16: ws.query-token: is 'yes'; allowed: true, false",
                        "gateway.yaml:7:10: log.level: is 'chatty'; allowed: error, warn, info, debug",
                        "environment variable ZMQ_RETRIES: zmq.retries: is 'many'; allowed: 0 to 10");
    }

    @Test
    void aWrongWordComesWithTheNearestRightOne() {
        assertThat(problems(directory, Map.of("SERVICE_TYPE", "http-apy,zmq-bridge")))
                .singleElement()
                .asString()
                .contains("'http-apy'", "did you mean 'http-api'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0", "yes", "True", "FALSE", "on", " true"})
    void onlyTrueAndFalseAreSwitches(String word) {
        assertThat(problems(directory, Map.of("JWT_OPTIONAL", word)))
                .singleElement()
                .asString()
                .contains("allowed: true, false");
    }

    @ParameterizedTest
    @CsvSource({"250ms,250", "5s,5000", "1m,60000", "1 minute,60000", "24h,86400000", "7000,7000"})
    void durationsAreReadInTheFormsOfTheSeeds(String text, long millis) throws Exception {
        assertThat(ConfigLoader.load(directory, Map.of("JWT_EXPIRES_IN", text.equals("250ms") ? "1s" : text))
                        .jwt()
                        .expiresInMillis())
                .isEqualTo(text.equals("250ms") ? 1_000 : millis);
    }

    @Test
    void variablesInTheFileAreReplaced() throws Exception {
        file("gateway.yaml", "http:\n  host: ${BIND:127.0.0.1}\n  port: ${BASE}1\n");
        GatewayConfig config = ConfigLoader.load(directory, Map.of("BASE", "400"));
        assertThat(config.http().host()).isEqualTo("127.0.0.1");
        assertThat(config.http().port()).isEqualTo(4001);
    }

    @Test
    void aVariableThatIsNotSetIsAProblem() {
        file("gateway.yaml", "http:\n  host: ${NOWHERE}\n  port: ${OPEN\n");
        assertThat(problems(directory, Map.of()))
                .anySatisfy(problem -> assertThat(problem).contains("2:9", "NOWHERE", "not set"))
                .anySatisfy(problem -> assertThat(problem).contains("3:9", "without a closing }"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http: [", "http:\n\tport: 1", "- a\n- b", "http: &a [*a]", "http: 5", "? [a]\n: b"})
    void aFileOfAnotherFormIsAProblemAndNeverAStackTrace(String text) {
        file("gateway.yaml", text);
        assertThat(problems(directory, Map.of())).isNotEmpty().allSatisfy(problem -> assertThat(problem)
                .startsWith("gateway.yaml"));
    }

    @Test
    void aKeyGivenTwiceIsAProblem() {
        file("gateway.yaml", "http:\n  port: 1\n  port: 2\n");
        assertThat(problems(directory, Map.of())).singleElement().asString().contains("3:3", "given twice");
    }

    @Test
    void aMissingDirectoryIsAProblem() {
        assertThat(problems(directory.resolve("absent"), Map.of()))
                .singleElement()
                .asString()
                .contains("is not a directory");
    }

    @Test
    void streamsAreReadWithTheirRules() throws Exception {
        file("streams.yaml", "streams:\n  - subject: xy.md.>\n    mode: all\n    stale-after: 5s\n");
        StreamsConfig.Rule rule =
                ConfigLoader.load(directory, Map.of()).streams().rules().get(0);
        assertThat(rule.pattern()).isEqualTo("xy.md.>");
        assertThat(rule.mode()).isEqualTo(StreamsConfig.Mode.ALL);
        assertThat(rule.staleMillis()).isEqualTo(5_000);
    }

    @Test
    void streamProblemsNameTheRule() {
        file("streams.yaml", "streams:\n  - mode: all\n  - subject: xy..a\n    moed: all\n");
        assertThat(problems(directory, Map.of()))
                .anySatisfy(problem -> assertThat(problem).contains("streams[0].subject", "is required"))
                .anySatisfy(problem -> assertThat(problem).contains("streams[1].subject", "'xy..a'"))
                .anySatisfy(problem -> assertThat(problem).contains("streams[1].moed", "did you mean 'mode'?"));
    }

    @Test
    void servicesOfTheDeskMayDiffer() throws Exception {
        file("gateway.yaml", "zmq:\n  services:\n    plain:\n      correlation: lane\n      concurrency: 2\n");
        assertThat(ConfigLoader.load(directory, Map.of()).zmq().services())
                .containsExactly(Map.entry("plain", new ZmqConfig.Service(ZmqConfig.Correlation.LANE, 2)));
    }

    @Test
    void aBrokerUrlSwitchesTheMocksOff() throws Exception {
        ZmqConfig zmq = ConfigLoader.load(directory, Map.of("ZMQ_BROKER_URL", "tcp://10.0.0.1:5555"))
                .zmq();
        assertThat(zmq.mock()).isFalse();
        assertThat(zmq.mode()).isEqualTo(ZmqConfig.Mode.CLIENT);
    }

    @Test
    void productionStartsWithWhatItNeeds() throws Exception {
        GatewayConfig config = ConfigLoader.load(directory, PRODUCTION);
        assertThat(config.node().roles()).doesNotContain(Role.SIMULATOR);
        assertThat(config.log().format()).isEqualTo(LogConfig.Format.JSON);
        assertThat(config.http().publishManagement()).isFalse();
        assertThat(config.nats().child()).isFalse();
    }

    @ParameterizedTest(name = "{0}={1} is refused in production")
    @CsvSource({
        "USE_MOCK_ZMQ,true,zmq.mock",
        "JWT_OPTIONAL,true,jwt.optional",
        "JWT_SECRET,your-secret-key-change-in-production-please,jwt.secret",
        "JWT_SECRET,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,jwt.secret",
        "JWT_SECRET,q7Vx2Lm9,jwt.secret",
        "SERVICE_TYPE,'all,simulator',node.roles",
        "NATS_CHILD,true,nats.child",
        "WS_ALLOWED_ORIGINS,*,ws.origins",
        "CORS_ORIGIN,*,http.cors-origins",
        "WS_TLS_TERMINATED,false,ws.tls-terminated",
        "HTTP_TLS_TERMINATED,false,http.tls-terminated",
        "NATS_URLS,opentls://a:4222,nats.urls",
    })
    void productionRefusesWhatBelongsToDevelopment(String variable, String value, String path) {
        Map<String, String> environment = new HashMap<>(PRODUCTION);
        environment.put(variable, value);
        assertThat(problems(directory, environment)).singleElement().asString().contains(path);
    }

    @Test
    @Tag("N8")
    void theOriginOfEverybodyIsRefusedUnderTheFirstGatewaysCode() {
        Map<String, String> environment = new HashMap<>(PRODUCTION);
        environment.put("WS_ALLOWED_ORIGINS", "https://desk.example,*");
        assertThat(problems(directory, environment)).singleElement().asString().contains("XYW010");
        environment.put("WS_ALLOWED_ORIGINS", "https://desk.example");
        assertThat(problems(directory, environment)).isEmpty();
    }

    @Test
    void productionRefusesToStartWithoutAKey() {
        Map<String, String> environment = new HashMap<>(PRODUCTION);
        environment.remove("JWT_SECRET");
        assertThat(problems(directory, environment)).singleElement().asString().contains("needs a key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.3.9", "localhost", "::1"})
    void plainHttpOnLoopbackNeedsNoProxyInProduction(String host) throws Exception {
        Map<String, String> environment = new HashMap<>(PRODUCTION);
        environment.remove("HTTP_TLS_TERMINATED");
        environment.put("HTTP_HOST", host);
        assertThat(ConfigLoader.load(directory, environment).http().host()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.0.0.1", "127.evil.example", "localhost.evil.example", "::"})
    void whatOnlyLooksLikeLoopbackIsNot(String host) {
        Map<String, String> environment = new HashMap<>(PRODUCTION);
        environment.remove("HTTP_TLS_TERMINATED");
        environment.put("HTTP_HOST", host);
        assertThat(problems(directory, environment)).singleElement().asString().contains("http.tls-terminated");
    }

    @Test
    void clientCertificatesHaveNamesThatCanBeRead() {
        file("gateway.yaml", """
                tls:
                  clients:
                    - {subject: "CN=desk-1,O=Desk", client: desk-1, role: operator, accounts: [a]}
                    - {client: nobody, role: viewer}
                    - {subject: "no name", client: odd, role: chief}
                """);
        assertThat(problems(directory, Map.of()))
                .anySatisfy(problem -> assertThat(problem).contains("tls.clients[1].subject"))
                .anySatisfy(problem -> assertThat(problem).contains("tls.clients[2].subject", "no name"))
                .anySatisfy(problem -> assertThat(problem).contains("tls.clients[2].role"))
                .anySatisfy(problem -> assertThat(problem).contains("tls.client-ca", "tls.clients"));
    }

    @Test
    void tlsNeedsItsFiles() throws Exception {
        assertThat(problems(directory, Map.of("TLS_ENABLE", "true", "TLS_CLIENT_REQUIRED", "true")))
                .anySatisfy(problem -> assertThat(problem).contains("tls.certificate", "TLS_CERT_PATH"))
                .anySatisfy(problem -> assertThat(problem).contains("tls.key", "TLS_KEY_PATH"))
                .anySatisfy(problem -> assertThat(problem).contains("tls.client-ca", "TLS_CA_PATH"))
                .hasSize(3);
        Map<String, String> whole =
                Map.of("TLS_ENABLE", "true", "TLS_CERT_PATH", "a", "TLS_KEY_PATH", "b", "TLS_CA_PATH", "c");
        assertThat(ConfigLoader.load(directory, whole).tls().enabled()).isTrue();
    }

    @Test
    void noProblemShowsASecret() {
        assertThat(problems(directory, Map.of("JWT_SECRET", "tooshortsecret", "REDIS_URL", "http://u:pw@h")))
                .hasSize(2)
                .noneSatisfy(problem -> assertThat(problem).containsAnyOf("tooshortsecret", "pw@h"));
    }

    @Test
    void everySettingIsDescribed() {
        Reading reading = new Reading(Map.of());
        ConfigLoader.read(directory, reading);
        assertThat(reading.settings()).hasSizeGreaterThan(80).allSatisfy(setting -> assertThat(setting.description())
                .isNotBlank());
    }

    static List<String> problems(Path directory, Map<String, String> environment) {
        try {
            ConfigLoader.load(directory, environment);
            return List.of();
        } catch (InvalidConfiguration e) {
            assertThat(e.getMessage()).isNotBlank();
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    private void file(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
