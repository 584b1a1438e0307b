package io.xy.gateway.wsfanout.edge;

import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.wsfanout.connection.Loop;
import io.xy.gateway.wsfanout.protocol.LegacyCode;
import io.xy.gateway.wsfanout.protocol.TokenBucket;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in at all, asked before anything is spent on a connection: a refusal here is a plain HTTP answer. When many
 * come at once, those beyond the pace are told when it is their turn. Belongs to one event loop.
 */
final class Admission {
    private final Loop loop;
    private final Origins origins;
    private final int perSecond;
    private final TokenBucket pace;
    /** Those that were sent away since the pace was last kept. */
    private int waiting;

    Admission(Loop loop, Origins origins) {
        this.loop = loop;
        this.origins = origins;
        this.perSecond = loop.config().ws().upgradesPerSecond();
        this.pace = new TokenBucket(perSecond, perSecond, System.currentTimeMillis());
    }

    /** Why the request may not become a connection; null when it may. */
    @Nullable
    Failure refusal(HttpServerRequest request) {
        if (loop.connections().isDraining()) {
            return GatewayError.DRAINING.notExecuted("This node is being stopped");
        }
        if (loop.connections().isFull()) {
            return GatewayError.OVERLOADED.notExecuted("Too many connections");
        }
        if (!origins.admits(request.headers())) {
            return GatewayError.FORBIDDEN.notExecuted("This origin may not connect");
        }
        if (loop.isAddressFull(loop.client(request.remoteAddress(), request.headers()))) {
            return GatewayError.RATE_LIMITED.notExecuted("Too many connections from this address");
        }
        return null;
    }

    /** Why the upgrade must wait; null when it is its turn. */
    @Nullable
    Failure pacing(long nowMillis) {
        if (pace.take(nowMillis)) {
            waiting = 0;
            return null;
        }
        waiting++;
        long turn = 1_000L * (1 + waiting / perSecond);
        return GatewayError.OVERLOADED
                .notExecuted("Too many connect at once; come again")
                .after(turn);
    }

    /** The first gateway's code for a refusal; empty when it had none. */
    static String legacy(Failure refusal) {
        return refusal.error() == GatewayError.FORBIDDEN ? LegacyCode.UNAUTHORISED : "";
    }
}
