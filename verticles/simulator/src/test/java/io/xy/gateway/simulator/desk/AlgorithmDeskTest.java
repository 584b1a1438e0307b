package io.xy.gateway.simulator.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z10")
class AlgorithmDeskTest {
    private static final String SERVICE = "algorithm_service";

    private final DeskCalls desk = new DeskCalls();

    @Test
    void theAlgorithmsAreThoseOfTheDesk() {
        JsonArray all = desk.array(SERVICE, "get_algorithms", Map.of());

        assertThat(all).hasSize(3);
        JsonObject first = all.getJsonObject(0);
        assertThat(first.getString("portfolio_id")).isEqualTo("portfolio1");
        assertThat(first.getInteger("progress")).isEqualTo(65);
        assertThat(first.getLong("start_time")).isEqualTo(DeskCalls.START - 3_600_000);
        assertThat(first.getJsonObject("stats").getInteger("ordersExecuted")).isEqualTo(120);
        assertThat(first.getJsonObject("account_progress").getInteger("account2"))
                .isEqualTo(60);
        assertThat(all.getJsonObject(2).getLong("end_time")).isEqualTo(DeskCalls.START - 3_600_000);
        assertThat(desk.value(SERVICE, "get_algorithm", new JsonArray().add("algo9"), new JsonObject()))
                .isNull();
    }

    @Test
    void aRunningAlgorithmAdvancesEveryFiveSecondsAndTellsIt() {
        desk.pass(5_000);

        int progress = desk.object(SERVICE, "get_algorithm", "algo1").getInteger("progress");
        assertThat(progress).isBetween(66, 70);
        assertThat(desk.object(SERVICE, "get_algorithm", "algo2").getInteger("progress"))
                .isEqualTo(40);
        DeskEvent event = desk.events.stream()
                .filter(each -> each.subject().equals("xy.algo.algo1.progress"))
                .findFirst()
                .orElseThrow();
        JsonObject told = event.payload().toBuffer().toJsonObject();
        assertThat(told.getString("algorithmId")).isEqualTo("algo1");
        assertThat(told.getJsonObject("data").getInteger("progress")).isEqualTo(progress);
        assertThat(told.getJsonObject("data").getString("status")).isEqualTo("running");
    }

    @Test
    void aFinishedAlgorithmIsCompletedOnce() {
        for (int i = 0; i < 50; i++) {
            desk.pass(5_000);
        }

        JsonObject done = desk.object(SERVICE, "get_algorithm", "algo1");
        assertThat(done.getString("status")).isEqualTo("completed");
        assertThat(done.getInteger("progress")).isEqualTo(100);
        assertThat(done.getJsonObject("account_progress").getInteger("account1"))
                .isEqualTo(100);
        assertThat(done.getLong("end_time")).isGreaterThan(DeskCalls.START);
        assertThat(desk.subjects()).containsOnlyOnce("xy.algo.algo1.complete");
    }

    @Test
    void commandsAreTakenOnlyInTheRightState() {
        assertThat(command("algo1", "continue")).isFalse();
        assertThat(command("algo1", "start")).isFalse();
        assertThat(command("algo1", "end")).isFalse();
        assertThat(command("algo1", "pause")).isTrue();
        assertThat(command("algo1", "pause")).isFalse();
        assertThat(command("algo1", "continue")).isTrue();
        assertThat(command("algo1", "stop")).isTrue();
        assertThat(command("algo3", "stop")).isFalse();
        assertThat(command("algo3", "end")).isTrue();

        assertThat(desk.object(SERVICE, "get_algorithm", "algo1").getString("status"))
                .isEqualTo("stopped");
        assertThat(desk.object(SERVICE, "get_algorithm", "algo1").getLong("end_time"))
                .isEqualTo(DeskCalls.START);
        assertThat(desk.subjects()).contains("xy.algo.algo1.status");
    }

    @Test
    void aRefusedCommandSaysWhy() {
        assertThat(desk.object(SERVICE, "send_algorithm_command", "algo2", "pause")
                        .getString("message"))
                .isEqualTo("Invalid command for current algorithm state");
        assertThat(desk.object(SERVICE, "send_algorithm_command", "algo9", "pause")
                        .getString("message"))
                .isEqualTo("Algorithm not found");
    }

    @Test
    void historyAndLogsArePaged() {
        JsonArray history = desk.array(SERVICE, "get_algorithm_history", Map.of("limit", 3));
        assertThat(history).hasSize(3);
        assertThat(history.getJsonObject(2).getInteger("successful_orders")).isEqualTo(95 + 36);
        assertThat(history.getJsonObject(0).getString("portfolio_id")).isEqualTo("portfolio1");
        long from = DeskCalls.START - 2 * 86_400_000L;
        assertThat(desk.array(SERVICE, "get_algorithm_history", Map.of("start_time", from, "end_time", from)))
                .hasSize(1);

        JsonArray logs = desk.array(SERVICE, "get_algorithm_logs", Map.of("algorithm_id", "algo1", "offset", 2));
        assertThat(logs).hasSize(20);
        assertThat(logs.getJsonObject(0).getLong("timestamp")).isEqualTo(DeskCalls.START - 120_000);
        assertThat(logs.getJsonObject(0).getString("level")).isIn("info", "warn", "error", "debug");
    }

    @Test
    void subscriptionsAreAcknowledged() {
        assertThat(desk.object(SERVICE, "subscribe_algorithm", "algo1").getBoolean("success"))
                .isTrue();
        assertThat(desk.object(SERVICE, "unsubscribe_algorithm", "algo1").getBoolean("success"))
                .isTrue();
    }

    private boolean command(String algorithm, String command) {
        return desk.object(SERVICE, "send_algorithm_command", algorithm, command)
                .getBoolean("success");
    }
}
