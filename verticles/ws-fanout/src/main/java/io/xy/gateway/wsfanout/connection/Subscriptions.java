package io.xy.gateway.wsfanout.connection;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.hub.Hub;
import io.xy.gateway.wsfanout.hub.Mode;
import io.xy.gateway.wsfanout.hub.Outbox;
import io.xy.gateway.wsfanout.hub.Subscription;
import io.xy.gateway.wsfanout.hub.Tier;
import io.xy.gateway.wsfanout.protocol.ClientOp;
import io.xy.gateway.wsfanout.protocol.LegacyCode;
import io.xy.gateway.wsfanout.protocol.Records;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The subscriptions of one {@code xy.v1} connection (protocol section 3). */
final class Subscriptions {
    private static final int MAX_HISTORY = 1_000;
    private static final long MAX_AGE_MILLIS = 86_400_000;

    private final Loop loop;
    private final Outbox outbox;
    private final Passport passport;
    private final String connection;
    private final Map<Long, Subscription> byHandle = new HashMap<>();

    Subscriptions(Loop loop, Outbox outbox, Passport passport, String connection) {
        this.loop = loop;
        this.outbox = outbox;
        this.passport = passport;
        this.connection = connection;
    }

    int size() {
        return byHandle.size();
    }

    /** {@code sub}: answers with what was granted, then the first state, then its end. */
    void subscribe(ClientOp op, Principal principal) {
        long handle = op.handle();
        if (byHandle.containsKey(handle)) {
            throw ClientOp.bad("'sub' is in use");
        }
        String pattern = op.requiredText("s");
        admit(principal, pattern);
        if ("only".equals(op.any("snap"))) {
            outbox.urgent(
                    Records.ok(op.id(), new JsonObject().put("sub", handle).put("snap", "only")));
            outbox.ordered(Records.endOfState(handle, loop.hub().read(outbox, pattern)));
            return;
        }
        Subscription subscription = read(op, handle, pattern);
        if (!passport.subscribes()) {
            throw GatewayError.TOO_MANY_SUBSCRIPTIONS
                    .notExecuted("This user has as many subscriptions as it may")
                    .exception();
        }
        byHandle.put(handle, subscription);
        outbox.urgent(Records.ok(op.id(), granted(subscription).put("resume", true)));
        boolean resumes = op.has("since");
        loop.hub().subscribe(subscription, found -> {
            // The past may be found after the client has gone on.
            if (byHandle.get(handle) == subscription) {
                outbox.ordered(endOfState(handle, found, resumes));
            }
        });
    }

    private static byte[] endOfState(long handle, Hub.Initial found, boolean resumes) {
        return resumes
                ? Records.endOfState(handle, found.channels(), found.recovered(), found.lost())
                : Records.endOfState(handle, found.channels());
    }

    /** {@code upd}: changes mode and rate of a live subscription. */
    void update(ClientOp op) {
        Subscription subscription = existing(op);
        if (!loop.hub().hasRoomFor(outbox, subscription.pattern())) {
            throw overloaded();
        }
        Mode mode = mode(op, subscription.mode());
        Tier tier = op.has("rate") ? Tier.granted(op.number("rate", 0, 1_000, 0)) : subscription.tier();
        loop.hub().change(subscription, mode, tier);
        outbox.urgent(Records.ok(op.id(), granted(subscription)));
    }

    /** {@code unsub}: its {@code ok} is the last word about the subscription. */
    void unsubscribe(ClientOp op) {
        Subscription subscription = existing(op);
        end(subscription.handle());
        outbox.ordered(Records.ok(op.id(), new JsonObject().put("sub", subscription.handle())));
    }

    /** {@code resync}: the client lost its image of these channels. */
    void resync(ClientOp op) {
        JsonArray channels = op.array("ch");
        if (channels.size() > loop.config().ws().maxSubscriptions()) {
            throw ClientOp.bad("'ch' is too long");
        }
        for (Object channel : channels) {
            if (channel instanceof Number number) {
                loop.hub().image(outbox, number.longValue());
            }
        }
        if (op.id() != 0) {
            outbox.urgent(Records.ok(op.id(), new JsonObject()));
        }
    }

    /** Ends what the principal may no longer have; the rest goes on. */
    void recheck(Principal principal) {
        for (Subscription subscription : List.copyOf(byHandle.values())) {
            Failure refusal = loop.entitlement().refusal(principal, subscription.pattern());
            if (refusal != null) {
                end(subscription.handle());
                loop.meters().refused(connection, LegacyCode.of(refusal.error()), refusal);
                outbox.ordered(Records.ended(subscription.handle(), refusal, connection));
            }
        }
    }

    void endAll() {
        for (Long handle : List.copyOf(byHandle.keySet())) {
            end(handle);
        }
    }

    private void end(long handle) {
        Subscription subscription = byHandle.remove(handle);
        if (subscription != null) {
            passport.unsubscribes();
            loop.hub().unsubscribe(subscription);
        }
    }

    private void admit(Principal principal, String pattern) {
        Failure refusal = loop.entitlement().refusal(principal, pattern);
        if (refusal != null) {
            throw new GatewayException(refusal);
        }
        if (byHandle.size() >= loop.config().ws().maxSubscriptions()) {
            throw GatewayError.TOO_MANY_SUBSCRIPTIONS
                    .notExecuted("This connection has as many subscriptions as it may")
                    .exception();
        }
        if (!loop.hub().hasRoomFor(outbox, pattern)) {
            throw overloaded();
        }
    }

    private static GatewayException overloaded() {
        return GatewayError.OVERLOADED
                .notExecuted("The node has as many subjects as it may, or this connection does not take its data")
                .after(1_000)
                .exception();
    }

    private Subscription read(ClientOp op, long handle, String pattern) {
        Subscription.Start start = new Subscription.Start(
                op.flag("snap", true),
                (int) op.number("hist", 0, MAX_HISTORY, 0),
                since(op),
                "close".equals(op.text("over", "")),
                op.number("maxAge", 1, MAX_AGE_MILLIS, 0));
        Mode mode = mode(op, loop.hub().usualMode(pattern));
        return new Subscription(outbox, handle, pattern, mode, Tier.granted(op.number("rate", 0, 1_000, 0)), start);
    }

    private Subscription existing(ClientOp op) {
        Subscription subscription = byHandle.get(op.handle());
        if (subscription == null) {
            throw GatewayError.NOT_FOUND.notExecuted("No such subscription").exception();
        }
        return subscription;
    }

    private static JsonObject granted(Subscription subscription) {
        JsonObject granted = new JsonObject()
                .put("sub", subscription.handle())
                .put("mode", subscription.mode().word())
                .put("rate", subscription.tier().rate())
                .put("tick", subscription.tier().periodMillis());
        long maxAge = subscription.maxAgeMillis();
        return maxAge == 0 ? granted : granted.put("maxAge", maxAge);
    }

    private static Mode mode(ClientOp op, Mode usual) {
        String word = op.text("mode", "");
        Mode mode = word.isEmpty() ? usual : Mode.of(word);
        if (mode == null) {
            throw ClientOp.bad("'mode' must be latest or all");
        }
        return mode;
    }

    private Map<String, Subscription.Point> since(ClientOp op) {
        JsonObject asked = op.object("since");
        if (asked == null) {
            return Map.of();
        }
        Map<String, Subscription.Point> since = new HashMap<>();
        for (Map.Entry<String, Object> entry : asked) {
            if (!(entry.getValue() instanceof JsonArray point)
                    || point.size() < 2
                    || !(point.getValue(0) instanceof String epoch)
                    || !(point.getValue(1) instanceof Number sequence)) {
                throw ClientOp.bad("'since' must hold [epoch, sequence] by subject");
            }
            since.put(entry.getKey(), new Subscription.Point(epoch, sequence.longValue()));
        }
        return since;
    }
}
