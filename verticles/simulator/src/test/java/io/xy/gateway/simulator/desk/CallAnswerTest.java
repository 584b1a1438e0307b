package io.xy.gateway.simulator.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleException;
import io.xy.gateway.shared.pickle.PickleWriter;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("Z10")
class CallAnswerTest {
    private final DeskCalls desk = new DeskCalls();

    @ParameterizedTest
    @ValueSource(strings = {"auth_service", "account_service", "algorithm_service", "instruction_service"})
    void everyServiceAnswersPingAndHealth(String service) {
        assertThat(desk.value(service, "ping", new JsonArray(), new JsonObject()))
                .isEqualTo("pong");
        assertThat(desk.object(service, "get_health").getBoolean("healthy")).isTrue();
    }

    @Test
    void theDesksOwnBytesAreAnsweredWithTheDesksOwnBytes() {
        byte[] ping = HexFormat.of().parseHex("8004950f000000000000005d94288c0470696e6794297d94652e");
        byte[] pong = HexFormat.of().parseHex("8004950d000000000000005d9428888c04706f6e6794652e");

        assertThat(desk.answer("auth_service").to(ping)).isEqualTo(pong);
    }

    @Test
    void anUnknownFunctionIsAnsweredWithATraceback() {
        assertThat(desk.failure("auth_service", "eval", new JsonArray(), new JsonObject()))
                .startsWith("Traceback (most recent call last):")
                .contains("KeyError");
    }

    @Test
    void argumentsThatDoNotFitAreAnsweredAsPythonDoes() {
        JsonObject none = new JsonObject();
        assertThat(desk.failure("account_service", "get_account", new JsonArray(), none))
                .contains("TypeError")
                .contains("missing required argument: 'account_id'");
        assertThat(desk.failure("account_service", "ping", new JsonArray().add(1), none))
                .contains("takes 0 positional arguments but 1 were given");
        assertThat(desk.failure("account_service", "ping", new JsonArray(), new JsonObject().put("x", 1)))
                .contains("unexpected keyword argument");
        assertThat(desk.failure(
                        "account_service",
                        "get_account",
                        new JsonArray().add("account1"),
                        new JsonObject().put("account_id", "account1")))
                .contains("multiple values");
    }

    @Test
    void argumentsOfTheWrongTypeAreRefused() {
        JsonObject none = new JsonObject();
        assertThat(desk.failure("account_service", "get_account", new JsonArray().add(1), none))
                .contains("must be a string");
        assertThat(desk.failure(
                        "account_service",
                        "set_account_enabled",
                        new JsonArray().add("a").add("b"),
                        none))
                .contains("must be a bool");
        assertThat(desk.failure(
                        "algorithm_service",
                        "get_algorithm_logs",
                        new JsonArray().add("a"),
                        new JsonObject().put("limit", "b")))
                .contains("must be a number");
        assertThat(desk.failure(
                        "instruction_service",
                        "execute_instructions",
                        new JsonArray().add(1).add(2),
                        none))
                .contains("must be a list");
        assertThat(desk.failure(
                        "instruction_service",
                        "parse_instructions",
                        new JsonArray().add("x"),
                        new JsonObject().put("accounts", new JsonArray().add(1))))
                .contains("must be a list of strings");
    }

    @Test
    void moreItemsThanTheDeskTakesAreRefused() {
        JsonArray many = new JsonArray();
        IntStream.rangeClosed(0, 1_000).forEach(many::add);

        assertThat(desk.failure(
                        "instruction_service",
                        "execute_instructions",
                        new JsonArray().add(many).add(new JsonArray()),
                        new JsonObject()))
                .contains("more than 1000 items");
    }

    @Test
    void bytesThatAreNoCallAreAnsweredToo() throws PickleException {
        CallAnswer answer = desk.answer("auth_service");

        assertThat(DeskCalls.read(answer.to(new byte[] {1, 2, 3})).ok()).isFalse();
        assertThat(DeskCalls.read(answer.to(PickleWriter.fromJson(Payload.utf8("[1,2]"))))
                        .json()
                        .text())
                .contains("a call has a name");
    }

    @Test
    void anAbsentOptionalArgumentMayBeNone() {
        JsonObject named = new JsonObject().putNull("limit").put("algorithm_id", "algo1");
        assertThat((JsonArray) desk.value("algorithm_service", "get_algorithm_logs", new JsonArray(), named))
                .hasSize(20);
    }
}
