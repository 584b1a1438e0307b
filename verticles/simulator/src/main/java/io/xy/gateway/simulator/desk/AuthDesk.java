package io.xy.gateway.simulator.desk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users of the mock desk. Their passwords are published; production refuses to start with the simulator. */
final class AuthDesk {
    private static final byte[] NOBODY = new byte[0];

    private static final class User {
        final String id;
        final String name;
        final List<String> permissions;
        byte[] password;

        User(String id, String name, String password, List<String> permissions) {
            this.id = id;
            this.name = name;
            this.permissions = permissions;
            this.password = bytes(password);
        }
    }

    private final Map<String, User> byId = new LinkedHashMap<>();

    private AuthDesk() {
        add(new User("user1", "trader1", "password123", List.of("trade", "view_accounts", "manage_algorithms")));
        add(new User("user2", "admin", "admin123", List.of("*")));
    }

    static DeskService service() {
        AuthDesk desk = new AuthDesk();
        return new DeskService("auth_service", () -> {})
                .with("authenticate", List.of("username", "password"), 2, desk::authenticate)
                .with("verify_user", List.of("user_id"), 1, desk::verify)
                .with("logout", List.of("user_id"), 1, desk::logout)
                .with("change_password", List.of("user_id", "old_password", "new_password"), 3, desk::changePassword)
                .with("get_user_permissions", List.of("user_id"), 1, desk::permissions);
    }

    private JsonObject authenticate(Arguments arguments) {
        User user = named(arguments.text("username"));
        if (!matches(user, arguments.text("password")) || user == null) {
            return new JsonObject().put("success", false).put("message", "Invalid username or password");
        }
        return new JsonObject()
                .put("success", true)
                .put("user_id", user.id)
                .put("username", user.name)
                .put("permissions", new JsonArray(user.permissions));
    }

    private JsonObject verify(Arguments arguments) {
        User user = byId.get(arguments.text("user_id"));
        if (user == null) {
            return new JsonObject().put("active", false);
        }
        return new JsonObject().put("active", true).put("permissions", new JsonArray(user.permissions));
    }

    private JsonObject logout(Arguments arguments) {
        arguments.text("user_id");
        return new JsonObject().put("success", true).put("message", "Logged out successfully");
    }

    private JsonObject changePassword(Arguments arguments) {
        User user = byId.get(arguments.text("user_id"));
        byte[] fresh = bytes(arguments.text("new_password"));
        if (!matches(user, arguments.text("old_password")) || user == null) {
            return new JsonObject().put("success", false).put("message", "Invalid user or old password");
        }
        if (fresh.length == 0 || fresh.length > 256) {
            return new JsonObject().put("success", false).put("message", "The new password is empty or too long");
        }
        user.password = fresh;
        return new JsonObject().put("success", true).put("message", "Password changed successfully");
    }

    private JsonObject permissions(Arguments arguments) {
        User user = byId.get(arguments.text("user_id"));
        List<String> permissions = user == null ? List.of() : user.permissions;
        return new JsonObject().put("permissions", new JsonArray(permissions));
    }

    private void add(User user) {
        byId.put(user.id, user);
    }

    private @Nullable User named(String name) {
        for (User user : byId.values()) {
            if (user.name.equals(name)) {
                return user;
            }
        }
        return null;
    }

    /** Takes as long for an unknown user, and for a first letter that is right, as for any other wrong password. */
    private static boolean matches(@Nullable User user, String password) {
        return MessageDigest.isEqual(bytes(password), user == null ? NOBODY : user.password) && user != null;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
