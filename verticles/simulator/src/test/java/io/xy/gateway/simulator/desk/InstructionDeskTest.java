package io.xy.gateway.simulator.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("Z10")
class InstructionDeskTest {
    private static final String SERVICE = "instruction_service";

    private final DeskCalls desk = new DeskCalls();

    @Test
    void aVegaLineIsParsedIntoItsParts() {
        JsonObject answer = parse("50 双卖 当月 万1 的v", false);

        assertThat(answer.getBoolean("success")).isTrue();
        assertThat(answer.getJsonArray("errors")).isEmpty();
        assertThat(answer.getJsonArray("instructions").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("type", "vega")
                        .put("raw", "50 双卖 当月 万1 的v")
                        .put("parsed", "沪50 当月 万1 双卖vega")
                        .put("target", "沪50")
                        .put("month", "当月")
                        .put("exposure", "万1")
                        .put("direction", "sell")
                        .put(
                                "contracts",
                                new JsonArray()
                                        .add("沪50-5.0-call")
                                        .add("沪50-5.1-call")
                                        .add("沪50-5.2-call")
                                        .add("沪50-5.3-call")
                                        .add("沪50-5.4-call")));
    }

    @Test
    void everyKindSaysWhatItNeeds() {
        JsonObject single = first("深500 卖出 万0.5 的p");
        assertThat(single.getString("type")).isEqualTo("delta_single");
        assertThat(single.getString("optionType")).isEqualTo("put");
        assertThat(single.getJsonArray("contracts").getString(0)).isEqualTo("深500-4.5-put");

        JsonObject dual = first("深圳300 下月有买有卖调负 1 份");
        assertThat(dual.getString("type")).isEqualTo("delta_dual");
        assertThat(dual.getString("direction")).isEqualTo("sell");
        assertThat(dual.getString("exposure")).isEqualTo("份1");
        assertThat(first("深圳300 有买有卖调正 1 份").getString("direction")).isEqualTo("buy");

        JsonObject fixed = first("50 买  2.5c  万0.2 的d  下月");
        assertThat(fixed.getString("type")).isEqualTo("delta_fixed");
        assertThat(fixed.getString("strike")).isEqualTo("2.5");
        assertThat(fixed.getString("direction")).isEqualTo("buy");
        assertThat(fixed.getJsonArray("contracts")).hasSize(5).contains("沪50-2.5-call");

        JsonObject clear = first("50  ２.５p  清20%");
        assertThat(clear.getString("type")).isEqualTo("clear");
        assertThat(clear.getString("percentage")).isEqualTo("20%");
        assertThat(clear.getString("strike")).isEqualTo("２.５");
        assertThat(clear.getJsonArray("contracts").getString(1)).isEqualTo("沪50-2.6-put");
    }

    @Test
    void whatCannotBeReadGetsTheDesksSentence() {
        JsonObject unreadable = new JsonObject()
                .put("success", false)
                .put("instructions", new JsonArray())
                .put("errors", new JsonArray().add("无法解析指令"));

        assertThat(parse("hello", false)).isEqualTo(unreadable);
        assertThat(parse("双买 500 的v", false)).isEqualTo(unreadable);
        assertThat(parse("双买 万1 的v", false)).isEqualTo(unreadable);
        assertThat(parse("50 双卖 万1 的v" + " ".repeat(500), false)).isEqualTo(unreadable);
    }

    @Test
    void strictModeSaysWhyItRefuses() {
        assertThat(parse("500 买 万50 的c", true).getJsonArray("errors").getString(0))
                .contains("would be read as a target");
        assertThat(parse("双买 500 的v", true).getJsonArray("errors").getString(0)).contains("missing");
        assertThat(parse("hello", true).getJsonArray("errors").getString(0)).contains("kind");
        assertThat(parse("500 买 万1 的c", true).getBoolean("success")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "500 买 万50 的c, would be read as a target",
        "500 买 当月下月 万1 的c, month",
        "双买 500 的v, missing",
        "hello, kind"
    })
    void whatWouldBeMisreadIsNotExecuted(String line, String why) {
        for (Object instruction : List.of(
                line,
                new JsonObject().put("raw", line),
                new JsonObject().put("originalText", line),
                new JsonObject().put("text", line))) {
            JsonArray both = new JsonArray()
                    .add(new JsonObject().put("raw", "50 双卖 万1 的v"))
                    .add(instruction);
            JsonObject refused = execute(both, new JsonObject());
            assertThat(refused.getBoolean("success")).isFalse();
            assertThat(refused.getJsonArray("errors").getString(0)).contains(line, why);
            assertThat(desk.events).isEmpty();
        }
        JsonArray one = new JsonArray().add(new JsonObject().put("raw", line));
        assertThat(execute(one, new JsonObject().put("strict", false)).getBoolean("success"))
                .isTrue();
    }

    @Test
    void whatHasNoLineOrOneThatIsClearIsExecuted() {
        JsonArray legs = new JsonArray()
                .add(7)
                .add(new JsonObject().put("parsed", "沪500 当月 万1 双卖vega"))
                .add(new JsonObject().put("originalText", "500 买 万1 的c").put("type", "delta_single"))
                .add("50 双卖 万1 的v");
        assertThat(execute(legs, new JsonObject()).getBoolean("success")).isTrue();
    }

    private JsonObject execute(JsonArray instructions, JsonObject more) {
        return desk.object(
                SERVICE,
                "execute_instructions",
                new JsonArray(),
                more.put("instructions", instructions)
                        .put("accounts", new JsonArray().add("account1"))
                        .put("dry_run", false));
    }

    @Test
    void anExecutionProgressesAndTellsIt() {
        JsonObject begun = execute(false);
        String id = begun.getString("execution_id");
        assertThat(id).startsWith("exec_");
        assertThat(begun.getJsonArray("results").getJsonObject(0).getString("status"))
                .isEqualTo("success");
        assertThat(desk.object(SERVICE, "get_execution_status", id).getString("status"))
                .isEqualTo("running");

        for (int i = 0; i < 10; i++) {
            desk.pass(500);
        }

        JsonObject done = desk.object(SERVICE, "get_execution_status", id);
        assertThat(done.getString("status")).isEqualTo("completed");
        assertThat(done.getInteger("progress")).isEqualTo(100);
        assertThat(done.getLong("end_time")).isEqualTo(DeskCalls.START + 2_500);
        assertThat(done.getJsonArray("results").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("account", "account1")
                        .put("status", "success")
                        .put("orders", 1)
                        .put("filled", 1));
        assertThat(progressOf(id)).containsExactly(0, 20, 40, 60, 80, 100);
    }

    @Test
    void aDryRunEndsAtOnceAndMovesNothing() {
        JsonObject dry = execute(true);

        assertThat(dry.getJsonArray("results").getJsonObject(0).getString("status"))
                .isEqualTo("pending");
        assertThat(dry.getJsonArray("results").getJsonObject(0).getString("message"))
                .contains("Dry run");
        desk.pass(500);
        assertThat(progressOf(dry.getString("execution_id"))).isEmpty();
    }

    @Test
    void twoExecutionsOfOneMomentHaveDifferentIds() {
        assertThat(execute(false).getString("execution_id"))
                .isNotEqualTo(execute(false).getString("execution_id"));
    }

    @Test
    void aCancelledExecutionStopsWhereItIs() {
        String id = execute(false).getString("execution_id");
        desk.pass(500);

        assertThat(desk.object(SERVICE, "cancel_execution", id).getBoolean("success"))
                .isTrue();
        desk.pass(500);
        assertThat(desk.object(SERVICE, "get_execution_status", id).getString("status"))
                .isEqualTo("cancelled");
        assertThat(desk.object(SERVICE, "get_execution_status", id).getInteger("progress"))
                .isEqualTo(20);
        assertThat(desk.object(SERVICE, "cancel_execution", id).getBoolean("success"))
                .isFalse();
        assertThat(desk.object(SERVICE, "cancel_execution", "exec_1").getBoolean("success"))
                .isTrue();
    }

    @Test
    void anyIdHasAStatusAsOnTheDesk() {
        JsonObject status = desk.object(SERVICE, "get_execution_status", "exec_1");

        assertThat(status.getString("status")).isEqualTo("completed");
        assertThat(status.getLong("start_time")).isEqualTo(DeskCalls.START - 5_000);
        assertThat(status.getJsonArray("results").getJsonObject(0).getInteger("filled"))
                .isEqualTo(10);
    }

    @Test
    void onlySoManyExecutionsAreKept() {
        String first = execute(false).getString("execution_id");
        for (int i = 0; i < 1_000; i++) {
            execute(true);
        }
        assertThat(desk.object(SERVICE, "get_execution_status", first).getString("status"))
                .isEqualTo("completed");
    }

    @Test
    void theHistoryIsPaged() {
        JsonArray history = desk.array(
                SERVICE,
                "get_instruction_history",
                Map.of("accounts", new JsonArray().add("account1"), "limit", 2, "offset", 3));

        assertThat(history).hasSize(2);
        assertThat(history.getJsonObject(0).getString("id")).isEqualTo("hist_3");
        assertThat(history.getJsonObject(0).getJsonArray("accounts")).containsExactly("account1");
    }

    private List<Integer> progressOf(String id) {
        return desk.events.stream()
                .filter(event -> event.subject().equals("xy.exec." + id + ".update"))
                .map(event -> event.payload().toBuffer().toJsonObject().getInteger("progress"))
                .toList();
    }

    private JsonObject execute(boolean dry) {
        return desk.object(
                SERVICE,
                "execute_instructions",
                new JsonArray(),
                new JsonObject()
                        .put("instructions", new JsonArray().add(new JsonObject().put("raw", "50 双卖 万1 的v")))
                        .put("accounts", new JsonArray().add("account1"))
                        .put("dry_run", dry));
    }

    private JsonObject first(String line) {
        return parse(line, false).getJsonArray("instructions").getJsonObject(0);
    }

    private JsonObject parse(String line, boolean strict) {
        JsonObject named = new JsonObject()
                .put("accounts", new JsonArray().add("account1"))
                .put("timestamp", 1_718_960_000_000L);
        return desk.object(
                SERVICE, "parse_instructions", new JsonArray().add(line), strict ? named.put("strict", true) : named);
    }
}
