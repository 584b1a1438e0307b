package io.xy.gateway.shared.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

@Tag("C7")
class EnvironmentTest {
    /** Settings that mean something only with another. */
    private static final List<String> PROVEN_TOGETHER = List.of(
            "NEO4J_PORT",
            "REDIS_PORT",
            "REDIS_PASSWORD",
            "DATABASE__NEO4J_PORT",
            "DATABASE__REDIS_PORT",
            "DATABASE__REDIS_PASSWORD");

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0} sets {2}")
    @CsvFileSource(resources = "/environment.csv")
    void everyVariableSetsItsSetting(String variable, String value, String path, String expected) throws Exception {
        GatewayConfig config = ConfigLoader.load(directory, Map.of(variable, value));
        assertThat(String.valueOf(at(config, path))).isEqualTo(expected);
    }

    @Test
    void everyVariableThatASettingNamesIsInTheTable() throws Exception {
        Reading reading = new Reading(Map.of());
        ConfigLoader.read(directory, reading);
        List<String> named = reading.settings().stream()
                .flatMap(setting -> setting.environment().stream())
                .distinct()
                .collect(Collectors.toList());
        named.removeAll(PROVEN_TOGETHER);
        named.remove("NATS_NKEY_FILE");
        // Settings that are right only together.
        named.removeAll(List.of("ZMQ_CURVE_PUBLIC_KEY", "ZMQ_CURVE_SECRET_KEY", "ZMQ_CURVE_SERVER_KEYS"));
        assertThat(table()).containsAll(named);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvFileSource(resources = "/variables-of-other-gateways.csv")
    void everyVariableOfTheOldGatewaysSetsItsSettingOrIsKnownToHaveNoEffect(String gateway, String variable)
            throws Exception {
        boolean sets = table().contains(variable) || PROVEN_TOGETHER.contains(variable);
        List<String> notices = ForeignVariables.notices(Map.of(variable, "x", "HOME", "/"));
        assertThat(notices).as(variable + " of " + gateway).hasSize(sets ? 0 : 1);
        if (!sets) {
            assertThat(notices.get(0)).startsWith(variable + " is known and has no effect here: ");
            Reading reading = new Reading(Map.of(variable, "nonsense, ${x} and 1e400"));
            ConfigLoader.read(directory, reading);
            assertThat(reading.problems()).isEmpty();
        }
    }

    @Test
    void whatIsNobodysVariableIsNotSpokenOf() {
        assertThat(ForeignVariables.notices(Map.of(
                        "PATH",
                        "/bin",
                        "KAFKA",
                        "x",
                        "XKAFKA_HOST",
                        "x",
                        "DB_HOSTS",
                        "x",
                        "JWT_SECRET",
                        "x",
                        "AUTH",
                        "x")))
                .isEmpty();
        assertThat(ForeignVariables.notices(Map.of("MILVUS_PORT", "x", "DB_HOST", "x")))
                .extracting(notice -> notice.substring(0, notice.indexOf(' ')))
                .containsExactly("DB_HOST", "MILVUS_PORT");
    }

    @Test
    void portsAndPasswordsOfDatabasesAreSetTogetherWithTheirHosts() throws Exception {
        for (String prefix : List.of("", "DATABASE__")) {
            GatewayConfig config = ConfigLoader.load(
                    directory,
                    Map.of(
                            prefix + "NEO4J_HOST", "neo",
                            prefix + "NEO4J_PORT", "7688",
                            prefix + "REDIS_HOST", "cache",
                            prefix + "REDIS_PORT", "6380",
                            prefix + "REDIS_PASSWORD", "pw"));
            assertThat(config.neo4j().uri()).isEqualTo("bolt://neo:7688");
            assertThat(config.redis().url()).isEqualTo("redis://:pw@cache:6380");
        }
    }

    private static List<String> table() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/environment.csv")).stream()
                .map(line -> line.substring(0, line.indexOf(',')))
                .toList();
    }

    @Test
    @Tag("Z1")
    void keysOfCurveAreSetTogetherAndTheSecretOneMayComeFromAFile() throws Exception {
        String first = "a".repeat(40);
        String second = "b".repeat(39) + '#';
        Path secret = Files.writeString(directory.resolve("secret"), second + "\n");
        Map<String, String> all = Map.of(
                "ZMQ_BROKER_URL",
                "tcp://a:1,tcp://b:1",
                "ZMQ_CURVE_PUBLIC_KEY",
                first,
                "ZMQ_CURVE_SECRET_KEY_FILE",
                secret.toString(),
                "ZMQ_CURVE_SERVER_KEYS",
                first + ',' + second);
        CurveConfig curve = ConfigLoader.load(directory, all).zmq().curve();
        assertThat(curve).isEqualTo(new CurveConfig(first, second, List.of(first, second), List.of()));

        for (String missing : all.keySet()) {
            Map<String, String> some = new HashMap<>(all);
            some.remove(missing);
            boolean needed = !missing.equals("ZMQ_CURVE_SERVER_KEYS");
            assertThat(ConfigTest.problems(directory, some)).as(missing).hasSizeGreaterThanOrEqualTo(needed ? 1 : 0);
        }
        assertThat(ConfigTest.problems(directory, Map.of("ZMQ_CURVE_PUBLIC_KEY", "short")))
                .isNotEmpty();
    }

    @Test
    @Tag("Z1")
    void productionSpeaksPlainTextOnlyOnThisHostOrWhenToldTo() throws Exception {
        Map<String, String> production = new HashMap<>(Map.of(
                "XY_PROFILE", "production",
                "SERVICE_TYPE", "zmq-bridge",
                "JWT_SECRET", "0123456789abcdefghijklmnopqrstuv-and-more"));
        for (String near : List.of("tcp://127.0.0.1:5555", "tcp://127.9.0.1:5555", "tcp://localhost:5555")) {
            production.put("ZMQ_BROKER_URL", near);
            assertThat(ConfigLoader.load(directory, production).zmq().exposed()).isEmpty();
        }
        for (String far : List.of("tcp://broker:5555", "tcp://10.0.0.1:5555", "tcp://127.0.0.1:5,tcp://10.0.0.1:5")) {
            production.put("ZMQ_BROKER_URL", far);
            assertThat(ConfigTest.problems(directory, production))
                    .as(far)
                    .anyMatch(problem -> problem.contains("zmq.curve"));
        }
        production.put("ZMQ_PLAINTEXT", "true");
        assertThat(ConfigLoader.load(directory, production).zmq().exposed()).isEmpty();
    }

    @Test
    void environmentBeatsFileAndFileBeatsDefault() throws Exception {
        Files.writeString(directory.resolve("gateway.yaml"), "http:\n  port: 4444\n  host: 127.0.0.1\n");
        assertThat(ConfigLoader.load(directory, Map.of()).http().port()).isEqualTo(4444);
        assertThat(ConfigLoader.load(directory, Map.of("PORT", "4445")).http().port())
                .isEqualTo(4445);
        assertThat(ConfigLoader.load(directory, Map.of("PORT", "4445", "HTTP_PORT", "4446"))
                        .http()
                        .port())
                .isEqualTo(4446);
        assertThat(ConfigLoader.load(directory, Map.of()).ws().port()).isEqualTo(3002);
    }

    @Test
    void aSecretMayComeFromAFile() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "0123456789abcdefghijklmnopqrstuv\n");
        GatewayConfig config = ConfigLoader.load(directory, Map.of("JWT_SECRET_FILE", secret.toString()));
        assertThat(config.jwt().secret()).isEqualTo("0123456789abcdefghijklmnopqrstuv");
    }

    @Test
    void anUnreadableSecretFileIsAProblemWithItsName() {
        Map<String, String> environment = new HashMap<>(Map.of("JWT_SECRET_FILE", "/nowhere/secret"));
        assertThat(ConfigTest.problems(directory, environment))
                .singleElement()
                .asString()
                .contains("JWT_SECRET_FILE", "/nowhere/secret");
    }

    private static Object at(Object record, String path) throws ReflectiveOperationException {
        Object value = record;
        for (String name : path.split("\\.")) {
            value = value.getClass().getMethod(name).invoke(value);
        }
        return value;
    }
}
