package io.xy.gateway.httpapi.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which headers may pass. Names that the client lists in {@code Connection} are taken from what the client sent and
 * from nothing else, so that it cannot make the gateway's own headers vanish.
 */
final class HeaderRules {
    /** RFC 9110, 7.6.1, and what is only meant for this hop. */
    private static final Set<String> HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** What the gateway says itself, or what would let a caller say something else than what was decided on. */
    private static final Set<String> OURS = Set.of(
            "host",
            "expect",
            "content-length",
            "forwarded",
            "x-real-ip",
            "x-request-id",
            "x-request-deadline",
            "x-request-timeout",
            "x-request-attempt",
            "traceparent",
            "tracestate",
            "baggage",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-url",
            "x-rewrite-url");

    private static final Set<String> CREDENTIALS = Set.of("authorization", "x-api-key", "cookie");

    /** What the gateway answers for, whatever the upstream says, and what is nobody's business. */
    private static final Set<String> KEPT = Set.of(
            "x-request-id",
            "x-content-type-options",
            "x-frame-options",
            "referrer-policy",
            "content-security-policy",
            "strict-transport-security",
            "server",
            "x-powered-by",
            "alt-svc");

    private HeaderRules() {}

    static void request(MultiMap from, MultiMap to, boolean credentials) {
        Set<String> named = named(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (HOP.contains(name)
                    || OURS.contains(name)
                    || named.contains(name)
                    || name.startsWith("x-forwarded-")
                    || name.startsWith("x-user-")
                    || name.startsWith("x-xy-")
                    || name.indexOf('_') >= 0
                    || !credentials && CREDENTIALS.contains(name)) {
                continue;
            }
            to.add(header.getKey(), header.getValue());
        }
    }

    /** Adds to the gateway's own headers; only caching is the upstream's to decide. */
    static void response(MultiMap from, MultiMap to) {
        Set<String> named = named(from);
        if (from.contains(HttpHeaders.CACHE_CONTROL)) {
            to.remove(HttpHeaders.CACHE_CONTROL);
        }
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HOP.contains(name)
                    && !KEPT.contains(name)
                    && !named.contains(name)
                    && !name.startsWith("access-control-")) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    private static Set<String> named(MultiMap headers) {
        if (!headers.contains(HttpHeaders.CONNECTION)) {
            return Set.of();
        }
        Set<String> named = new HashSet<>();
        for (String value : headers.getAll(HttpHeaders.CONNECTION)) {
            for (String name : value.split(",")) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return named;
    }
}
