package io.xy.gateway.shared.config;

import static org.assertj.core.api.Assertions.assertThat;

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
        List<String> table = Files.readAllLines(Path.of("src/test/resources/environment.csv")).stream()
                .map(line -> line.substring(0, line.indexOf(',')))
                .toList();
        List<String> named = reading.settings().stream()
                .map(setting -> setting.environment().stream().findFirst().orElse(""))
                .filter(name -> !name.isEmpty())
                .distinct()
                .collect(Collectors.toList());
        named.removeAll(List.of("NEO4J_PORT", "REDIS_PORT", "REDIS_PASSWORD", "NATS_NKEY_FILE"));
        // Settings that are right only together.
        named.removeAll(List.of("ZMQ_CURVE_PUBLIC_KEY", "ZMQ_CURVE_SECRET_KEY", "ZMQ_CURVE_SERVER_KEYS"));
        assertThat(table).containsAll(named);
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
