package io.xy.gateway.simulator.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z10")
class AuthDeskTest {
    private static final String SERVICE = "auth_service";

    private final DeskCalls desk = new DeskCalls();

    @Test
    void aTraderLogsInWithTheRightPassword() {
        assertThat(login("trader1", "password123"))
                .isEqualTo(new JsonObject()
                        .put("success", true)
                        .put("user_id", "user1")
                        .put("username", "trader1")
                        .put(
                                "permissions",
                                new JsonArray()
                                        .add("trade")
                                        .add("view_accounts")
                                        .add("manage_algorithms")));
        assertThat(login("admin", "admin123").getJsonArray("permissions")).containsExactly("*");
    }

    @Test
    void aWrongPasswordAndAnUnknownUserGetTheSameAnswer() {
        JsonObject refused = new JsonObject().put("success", false).put("message", "Invalid username or password");

        assertThat(login("trader1", "password")).isEqualTo(refused);
        assertThat(login("trader1", "")).isEqualTo(refused);
        assertThat(login("nobody", "")).isEqualTo(refused);
    }

    @Test
    void usersAreVerifiedById() {
        assertThat(desk.object(SERVICE, "verify_user", "user2").getBoolean("active"))
                .isTrue();
        assertThat(desk.object(SERVICE, "verify_user", "user9")).isEqualTo(new JsonObject().put("active", false));
        assertThat(desk.object(SERVICE, "get_user_permissions", "user2").getJsonArray("permissions"))
                .containsExactly("*");
        assertThat(desk.object(SERVICE, "get_user_permissions", "user9").getJsonArray("permissions"))
                .isEmpty();
        assertThat(desk.object(SERVICE, "logout", "user1").getBoolean("success"))
                .isTrue();
    }

    @Test
    void aChangedPasswordIsTheOneThatCounts() {
        assertThat(change("user1", "wrong", "fresh").getBoolean("success")).isFalse();
        assertThat(change("user9", "", "fresh").getBoolean("success")).isFalse();
        assertThat(change("user1", "password123", "").getBoolean("success")).isFalse();
        assertThat(change("user1", "password123", "fresh").getBoolean("success"))
                .isTrue();

        assertThat(login("trader1", "password123").getBoolean("success")).isFalse();
        assertThat(login("trader1", "fresh").getBoolean("success")).isTrue();
    }

    private JsonObject login(String name, String password) {
        return desk.object(
                SERVICE,
                "authenticate",
                new JsonArray(),
                new JsonObject().put("username", name).put("password", password));
    }

    private JsonObject change(String user, String old, String fresh) {
        return desk.object(
                SERVICE,
                "change_password",
                new JsonArray(),
                new JsonObject().put("user_id", user).put("old_password", old).put("new_password", fresh));
    }
}
