package io.xy.gateway.wsfanout.sockjs;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.Subjects;
import io.xy.gateway.wsfanout.connection.Loop;
import io.xy.gateway.wsfanout.connection.Passport;
import io.xy.gateway.wsfanout.hub.Mode;
import io.xy.gateway.wsfanout.hub.Outbox;
import io.xy.gateway.wsfanout.hub.Subscription;
import io.xy.gateway.wsfanout.hub.Tier;
import io.xy.gateway.wsfanout.protocol.ClientOp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The desk's event names as addresses of the bridge: what a client sends under one of them becomes a subscription or a call
 * of the route that does the same, with the same rights; what happens then is sent to the handlers of an event's address.
 * Belongs to one connection.
 */
final class DeskEvents {
    private static final String ACCOUNT = "account:update";
    private static final String ALGORITHM = "algorithm:update";
    private static final String EXECUTION = "instruction:execution:update";
    /** What clients may register for; nothing comes before they have subscribed to something. */
    private static final Set<String> HEARD = Set.of(ACCOUNT, ALGORITHM, EXECUTION);

    private static final String ACCOUNTS = "/api/v1/accounts/";
    private static final String ALGORITHMS = "/api/v1/algorithms/";
    private static final String INSTRUCTIONS = "/api/v1/instructions/";

    private final Loop loop;
    private final Outbox outbox;
    private final Passport passport;
    private final BridgeCalls calls;
    private final IntSupplier held;
    private final BiConsumer<ClientOp, Failure> deny;
    private final Map<String, Subscription> byPattern = new HashMap<>();
    private final Map<Subscription, String> events = new HashMap<>();
    private boolean ended;

    /**
     * @param held how many subscriptions the connection has in all
     * @param deny answers what may not be
     */
    DeskEvents(
            Loop loop,
            Outbox outbox,
            Passport passport,
            BridgeCalls calls,
            IntSupplier held,
            BiConsumer<ClientOp, Failure> deny) {
        this.loop = loop;
        this.outbox = outbox;
        this.passport = passport;
        this.calls = calls;
        this.held = held;
        this.deny = deny;
    }

    static boolean isHeard(String address) {
        return HEARD.contains(address);
    }

    int size() {
        return byPattern.size();
    }

    /** Under which address the values of a subscription are sent. */
    String address(Subscription subscription) {
        return events.getOrDefault(subscription, subscription.pattern());
    }

    /**
     * Serves what was sent to an event's name; false when the address is no such name.
     *
     * @throws io.xy.gateway.shared.error.GatewayException {@code bad_request} when the body is not as the event's
     */
    boolean send(ClientOp op, Principal principal, String address) {
        switch (address) {
            case "account:subscribe" -> subscribe(op, principal, "accountIds", "xy.acct.", ".>", ACCOUNT);
            case "account:unsubscribe" -> unsubscribe(op, "accountIds", "xy.acct.", ".>");
            case "algorithm:subscribe" -> subscribe(op, principal, "algorithmIds", "xy.algo.", ".>", ALGORITHM);
            case "algorithm:subscribe:portfolio" -> subscribePortfolio(op);
            case "algorithm:unsubscribe" -> unsubscribe(op, "algorithmIds", "xy.algo.", ".>");
            case "instruction:execution:subscribe" ->
                subscribe(op, principal, "executionId", "xy.exec.", ".update", EXECUTION);
            case "account:status" -> get(op, ACCOUNTS + segment(op, "accountId"));
            case "algorithm:progress" -> get(op, ALGORITHMS + segment(op, "algorithmId"));
            case "algorithm:command" -> command(op);
            case "instruction:parse" -> calls.call(op, "POST", INSTRUCTIONS + "parse", op.body());
            case "instruction:execute" -> calls.call(op, "POST", INSTRUCTIONS + "execute", op.body());
            case "instruction:execution:cancel" ->
                calls.call(op, "DELETE", INSTRUCTIONS + "execution/" + segment(op, "executionId"), Payload.EMPTY);
            case "instruction:history:recent" -> history(op);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Ends what the principal may no longer have. */
    void recheck(Principal principal) {
        for (String pattern : List.copyOf(byPattern.keySet())) {
            if (loop.entitlement().refusal(principal, pattern) != null) {
                end(pattern);
            }
        }
    }

    /** The connection is over. */
    void endAll() {
        ended = true;
        List.copyOf(byPattern.keySet()).forEach(this::end);
    }

    private void subscribe(ClientOp op, Principal principal, String member, String before, String after, String event) {
        if (begun(op, principal, patterns(before, ids(op, member), after), event)) {
            answer(op, member);
        }
    }

    /** The algorithms that a portfolio has now, as the route tells this client; one that comes later is not among them. */
    private void subscribePortfolio(ClientOp op) {
        String portfolio = body(op).requiredText("portfolioId");
        calls.read(ALGORITHMS + "by-portfolio").onComplete(done -> {
            Principal caller = calls.caller();
            if (ended || caller == null) {
                return;
            }
            List<String> ids = done.succeeded() ? Portfolio.algorithms(done.result(), portfolio) : null;
            if (ids == null) {
                deny.accept(
                        op,
                        done.failed()
                                ? GatewayException.failureOf(done.cause())
                                : GatewayError.BAD_REPLY.executed("The answer has no portfolios"));
            } else if (begun(op, caller, patterns("xy.algo.", ids, ".>"), ALGORITHM)) {
                calls.reply(
                        op,
                        new JsonObject()
                                .put("portfolioId", portfolio)
                                .put("algorithmIds", ids)
                                .put("timestamp", System.currentTimeMillis()));
            }
        });
    }

    private static List<String> patterns(String before, List<String> ids, String after) {
        return ids.stream().map(id -> before + Subjects.token(id) + after).toList();
    }

    /** All or nothing: one pattern that is refused refuses all, and answers. */
    private boolean begun(ClientOp op, Principal principal, List<String> patterns, String event) {
        for (String pattern : patterns) {
            Failure refusal = refusal(principal, pattern, patterns.size());
            if (refusal != null) {
                deny.accept(op, refusal);
                return false;
            }
        }
        List<String> begun = new ArrayList<>();
        for (String pattern : patterns) {
            if (byPattern.containsKey(pattern)) {
                continue;
            }
            if (!passport.subscribes()) {
                begun.forEach(this::end);
                deny.accept(op, GatewayError.TOO_MANY_SUBSCRIPTIONS.notExecuted("This user has as many as it may"));
                return false;
            }
            begun.add(pattern);
            begin(pattern, event);
        }
        return true;
    }

    private void begin(String pattern, String event) {
        Subscription made =
                new Subscription(outbox, byPattern.size() + 1, pattern, Mode.ALL, Tier.TURN, Subscription.Start.LIVE);
        byPattern.put(pattern, made);
        events.put(made, event);
        loop.hub().subscribe(made);
    }

    private @Nullable Failure refusal(Principal principal, String pattern, int more) {
        Failure refusal = loop.entitlement().refusal(principal, pattern);
        if (refusal != null || byPattern.containsKey(pattern)) {
            return refusal;
        }
        if (held.getAsInt() + more > loop.config().ws().maxSubscriptions()) {
            return GatewayError.TOO_MANY_SUBSCRIPTIONS.notExecuted(
                    "This connection has as many subscriptions as it may");
        }
        return loop.hub().hasRoomFor(outbox, pattern)
                ? null
                : GatewayError.OVERLOADED.notExecuted("The node has as many subjects as it may");
    }

    private void unsubscribe(ClientOp op, String member, String before, String after) {
        ids(op, member).forEach(id -> end(before + Subjects.token(id) + after));
        answer(op, member);
    }

    private void end(String pattern) {
        Subscription subscription = byPattern.remove(pattern);
        if (subscription != null) {
            events.remove(subscription);
            passport.unsubscribes();
            loop.hub().unsubscribe(subscription);
        }
    }

    private void answer(ClientOp op, String member) {
        calls.reply(
                op, new JsonObject().put(member, body(op).any(member)).put("timestamp", System.currentTimeMillis()));
    }

    private void get(ClientOp op, String path) {
        calls.call(op, "GET", path, Payload.EMPTY);
    }

    private void command(ClientOp op) {
        JsonObject body = new JsonObject().put("command", body(op).requiredText("command"));
        calls.call(op, "POST", ALGORITHMS + segment(op, "algorithmId") + "/command", Payload.utf8(body.encode()));
    }

    private void history(ClientOp op) {
        StringBuilder path = new StringBuilder(INSTRUCTIONS).append("history?limit=");
        path.append(body(op).number("limit", 1, 1_000, 10));
        ids(op, "accounts").forEach(id -> path.append("&accounts=").append(encoded(id)));
        get(op, path.toString());
    }

    private List<String> ids(ClientOp op, String member) {
        Object given = body(op).any(member);
        JsonArray list = given instanceof String one ? new JsonArray().add(one) : body(op).array(member);
        List<String> ids = new ArrayList<>();
        for (Object each : list) {
            if (!(each instanceof String id) || id.isEmpty()) {
                throw ClientOp.bad("'" + member + "' must hold ids");
            }
            ids.add(id);
        }
        if (ids.isEmpty() || ids.size() > loop.config().ws().maxSubscriptions()) {
            throw ClientOp.bad("'" + member + "' must hold ids");
        }
        return ids;
    }

    private static ClientOp body(ClientOp op) {
        return ClientOp.read(op.body().array());
    }

    private static String segment(ClientOp op, String member) {
        return encoded(body(op).requiredText(member));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
