package io.xy.gateway.httpapi.identity;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.security.Principal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a cluster, in a map that all of its nodes share: a session goes on wherever its next refresh comes, and
 * a token that was spent on one node is known as spent on every other. Texts, so that equal entries are equal bytes.
 */
final class ClusterSessions implements SessionBook {
    /** Name of the cluster's map, whose configuration bounds it. */
    static final String MAP = "xy.sessions";

    private static final long ANSWER_SECONDS = 2;

    private final Vertx vertx;

    ClusterSessions(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Future<Void> put(String id, Session session) {
        return answered(map().compose(map -> map.put(id, text(session))));
    }

    @Override
    public Future<@Nullable Session> find(String id) {
        return answered(map().compose(map -> map.get(id))).map(text -> text == null ? null : session(id, text));
    }

    @Override
    public Future<Boolean> replace(String id, Session old, Session fresh) {
        return answered(map().compose(map -> map.replaceIfPresent(id, text(old), text(fresh))));
    }

    @Override
    public Future<Void> remove(String id) {
        return answered(map().compose(map -> map.remove(id))).mapEmpty();
    }

    private Future<AsyncMap<String, String>> map() {
        return vertx.sharedData().getAsyncMap(MAP);
    }

    private static <T> Future<T> answered(Future<T> asked) {
        return asked.timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .recover(e -> Future.failedFuture(GatewayError.UPSTREAM_DOWN
                        .notExecuted("The sessions of the cluster cannot be reached")
                        .exception()));
    }

    private static String text(Session session) {
        Principal principal = session.principal();
        return new JsonObject()
                .put("id", principal.id())
                .put("name", principal.name())
                .put("role", principal.role())
                .put("permissions", new JsonArray(principal.permissions()))
                .put("accounts", new JsonArray(principal.accounts()))
                .put("subjects", new JsonArray(principal.subjects()))
                .put("email", session.email())
                .put("current", session.current())
                .put("until", session.until())
                .encode();
    }

    private static @Nullable Session session(String id, String text) {
        try {
            JsonObject session = new JsonObject(text);
            Principal principal = new Principal(
                    session.getString("id"),
                    session.getString("name"),
                    session.getString("role"),
                    texts(session, "permissions"),
                    texts(session, "accounts"),
                    texts(session, "subjects"),
                    id,
                    0);
            return new Session(
                    principal, session.getString("email"), session.getString("current"), session.getLong("until"));
        } catch (DecodeException | ClassCastException | NullPointerException e) {
            // An entry of another version; its user logs in again.
            return null;
        }
    }

    private static List<String> texts(JsonObject session, String name) {
        return session.getJsonArray(name).stream().map(String.class::cast).toList();
    }
}
