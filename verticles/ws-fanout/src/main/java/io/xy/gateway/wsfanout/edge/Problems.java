package io.xy.gateway.wsfanout.edge;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refusals as real HTTP answers (RFC 9457), before any upgrade. Stateless. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    /**
     * @param legacy the first gateway's code; empty when it had none
     * @return the name of the request, which the answer and the log have in common
     */
    static String send(HttpServerRequest request, Failure failure, String legacy) {
        HttpServerResponse response = request.response();
        GatewayError error = failure.error();
        String requestId = "ws-" + Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);
        if (response.ended() || response.closed()) {
            return requestId;
        }
        JsonObject body = new JsonObject()
                .put("type", "about:blank")
                .put("title", error.title())
                .put("status", error.status())
                .put("detail", failure.detail())
                .put("code", error.code())
                .put("requestId", requestId)
                .put("retry", error.retry())
                .put("outcome", failure.outcome().word());
        if (!legacy.isEmpty()) {
            body.put("ref", legacy);
        }
        response.setStatusCode(error.status()).putHeader("content-type", "application/problem+json");
        response.putHeader("cache-control", "no-store").putHeader("x-content-type-options", "nosniff");
        if (error.status() == 401) {
            response.putHeader("www-authenticate", "Bearer");
        }
        if (error.retry()) {
            response.putHeader("retry-after", String.valueOf(Math.max(1, failure.retryAfterMillis() / 1_000)));
        }
        response.end(body.toBuffer()).onFailure(e -> LOG.debug("{}: gone before its refusal", requestId));
        return requestId;
    }
}
