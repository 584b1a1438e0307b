package io.xy.gateway.simulator.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z10")
class AccountDeskTest {
    private static final String SERVICE = "account_service";

    private final DeskCalls desk = new DeskCalls();

    @Test
    void theAccountsAreThoseOfTheDesk() {
        JsonArray accounts = desk.array(SERVICE, "get_accounts", Map.of());

        assertThat(accounts).hasSize(3);
        assertThat(accounts.getJsonObject(1))
                .isEqualTo(new JsonObject()
                        .put("id", "account2")
                        .put("name", "模拟账户2")
                        .put("status", "active")
                        .put("balance", 2_000_000)
                        .put("available_balance", 1_500_000)
                        .put("used_margin", 500_000)
                        .put("unrealized_pnl", -8_000)
                        .put("realized_pnl", 25_000)
                        .put("last_update", DeskCalls.START));
        assertThat(desk.object(SERVICE, "get_account", "account3").getString("status"))
                .isEqualTo("inactive");
    }

    @Test
    void anUnknownAccountIsNone() {
        JsonArray unknown = new JsonArray().add("account9");

        assertThat(desk.value(SERVICE, "get_account", unknown, new JsonObject()))
                .isNull();
        assertThat(desk.value(SERVICE, "get_risk_metrics", unknown, new JsonObject()))
                .isNull();
        assertThat(desk.array(SERVICE, "get_positions", Map.of(), "account9")).isEmpty();
    }

    @Test
    void positionsAndRiskAreTheDesksConstants() {
        assertThat(desk.array(SERVICE, "get_positions", Map.of(), "account1").getJsonObject(1))
                .isEqualTo(new JsonObject()
                        .put("contract", "沪300-4.5-put")
                        .put("quantity", -50)
                        .put("avg_price", 0.0234)
                        .put("current_price", 0.0256)
                        .put("unrealized_pnl", -110)
                        .put("margin", 30_000));
        JsonObject risk = desk.object(SERVICE, "get_risk_metrics", "account2");
        assertThat(risk.getDouble("margin_usage")).isEqualTo(0.25);
        assertThat(risk.getInteger("max_loss_scenario")).isEqualTo(-45_000);
    }

    @Test
    void anAccountIsSwitchedOffAndTheChangeIsTold() {
        assertThat(desk.object(SERVICE, "set_account_enabled", "account1", false))
                .isEqualTo(new JsonObject().put("success", true));

        assertThat(desk.object(SERVICE, "get_account", "account1").getString("status"))
                .isEqualTo("inactive");
        DeskEvent event = desk.events.get(0);
        assertThat(event.subject()).isEqualTo("xy.acct.account1.status");
        JsonObject told = event.payload().toBuffer().toJsonObject();
        assertThat(told.getString("accountId")).isEqualTo("account1");
        assertThat(told.getString("type")).isEqualTo("status");
        assertThat(told.getLong("timestamp")).isEqualTo(DeskCalls.START);
        assertThat(told.getJsonObject("data").getBoolean("isEnabled")).isFalse();
    }

    @Test
    void switchingAnUnknownAccountIsRefused() {
        assertThat(desk.object(SERVICE, "set_account_enabled", "account9", true))
                .isEqualTo(new JsonObject().put("success", false).put("message", "Account not found"));
        assertThat(desk.events).isEmpty();
    }

    @Test
    void activeAccountsTellTheirBalance() {
        desk.pass(4_999);
        assertThat(desk.subjects()).noneMatch(subject -> subject.startsWith("xy.acct"));
        desk.pass(1);

        assertThat(desk.subjects()).contains("xy.acct.account1.balance", "xy.acct.account2.balance");
        assertThat(desk.subjects()).doesNotContain("xy.acct.account3.balance");
    }

    @Test
    void transactionsGoBackHourByHour() {
        Map<String, Object> asked = Map.of(
                "account_id",
                "account1",
                "limit",
                5,
                "start_time",
                DeskCalls.START - 2 * 3_600_000L,
                "end_time",
                DeskCalls.START - 1);
        JsonArray some = desk.array(SERVICE, "get_transaction_history", asked);

        assertThat(some).hasSize(2);
        JsonObject first = some.getJsonObject(0);
        assertThat(first.getString("id")).isEqualTo("txn_1");
        assertThat(first.getString("type")).isEqualTo("sell");
        assertThat(first.getInteger("quantity")).isEqualTo(20);
        assertThat(first.getDouble("price")).isBetween(0.05, 0.06);
        assertThat(desk.array(SERVICE, "get_transaction_history", Map.of("account_id", "account1")))
                .hasSize(10);
    }

    @Test
    void positionsAreVerifiedAndSubscriptionsAcknowledged() {
        assertThat(desk.object(SERVICE, "verify_positions", "account1"))
                .isEqualTo(new JsonObject().put("verified", true).put("discrepancies", new JsonArray()));
        assertThat(desk.object(SERVICE, "subscribe_account", "account1").getBoolean("success"))
                .isTrue();
        assertThat(desk.object(SERVICE, "unsubscribe_account", "account1").getBoolean("success"))
                .isTrue();
    }
}
