package io.xy.gateway.httpapi.logging;

import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.shared.error.Failure;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one request. Nothing in it is a text that a client can choose freely: no target, no query, no
 * header, only what was recognised.
 *
 * @param endedAt milliseconds since 1970
 * @param method one of the known ones, or {@code other}
 * @param path template of the route, or a word for what has none
 * @param route name of the route; empty when there is none
 * @param principal id of the caller; empty when nobody was recognised
 * @param failure null when there was none
 * @param complete whether the whole answer was handed over
 */
public record AccessEntry(
        long endedAt,
        String requestId,
        String client,
        String protocol,
        String method,
        String path,
        String route,
        String principal,
        int status,
        long bytesIn,
        long bytesOut,
        @Nullable Failure failure,
        boolean complete,
        Timing timing) {
    private static final int MAX_PRINCIPAL = 128;

    /**
     * The time of the request, split. Nanoseconds; -1 for a stretch that there was not.
     *
     * @param total from the head of the request to the end of the answer
     * @param gate limits, authentication, body and checks, until the target was asked
     * @param connect until there was a connection to the upstream
     * @param firstByte from then until the head of its answer
     */
    public record Timing(long total, long gate, long connect, long firstByte) {}

    /** One JSON object, without a line's end. */
    String line() {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("time", Instant.ofEpochMilli(endedAt).toString());
        line.put("requestId", requestId);
        line.put("client", client);
        line.put("protocol", protocol);
        line.put("method", method);
        line.put("path", path);
        putUnlessEmpty(line, "route", route);
        putUnlessEmpty(
                line,
                "principal",
                principal.length() > MAX_PRINCIPAL ? principal.substring(0, MAX_PRINCIPAL) : principal);
        line.put("status", status);
        line.put("outcome", outcome());
        if (failure != null) {
            line.put("code", failure.error().code());
        }
        line.put("bytesIn", bytesIn);
        line.put("bytesOut", bytesOut);
        line.put("ms", millis(timing.total));
        putUnlessNone(line, "gateMs", timing.gate);
        putUnlessNone(line, "connectMs", timing.connect);
        putUnlessNone(line, "firstByteMs", timing.firstByte);
        return new String(JsonText.write(line), StandardCharsets.UTF_8);
    }

    private String outcome() {
        if (!complete) {
            return "broken-off";
        }
        return failure == null ? "answered" : failure.outcome().word();
    }

    private static void putUnlessEmpty(Map<String, @Nullable Object> line, String key, String value) {
        if (!value.isEmpty()) {
            line.put(key, value);
        }
    }

    private static void putUnlessNone(Map<String, @Nullable Object> line, String key, long nanos) {
        if (nanos >= 0) {
            line.put(key, millis(nanos));
        }
    }

    private static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(nanos / 1_000, 3);
    }
}
