package io.xy.gateway.httpapi.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which headers may pass. Names that the client lists in {@code Connection} are taken from what the client sent and
 * from nothing else, so that it cannot make the gateway's own headers vanish.
 */
final class HeaderRules {
    /** RFC 9110, 7.6.1, and what is only meant for this hop. */
    private static final List<String> HOP = List.of(
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
    private static final List<String> OURS = List.of(
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

    /** Values of Connection that name no header. */
    private static final NameSet PERSISTENCE = new NameSet(List.of("keep-alive", "close"));

    private static final List<String> CREDENTIALS = List.of("authorization", "x-api-key", "cookie");

    /** What the gateway answers for, whatever the upstream says, and what is nobody's business. */
    private static final List<String> KEPT = List.of(
            "x-request-id",
            "x-content-type-options",
            "x-frame-options",
            "referrer-policy",
            "content-security-policy",
            "strict-transport-security",
            "server",
            "x-powered-by",
            "alt-svc");

    private static final NameSet NOT_SENT = new NameSet(HOP, OURS);
    private static final NameSet NOT_SENT_NOR_CREDENTIALS = new NameSet(HOP, OURS, CREDENTIALS);
    private static final NameSet NOT_ANSWERED = new NameSet(HOP, KEPT);

    private HeaderRules() {}

    static void request(MultiMap from, MultiMap to, boolean credentials) {
        Set<String> named = named(from);
        NameSet refused = credentials ? NOT_SENT : NOT_SENT_NOR_CREDENTIALS;
        from.forEach((name, value) -> {
            if (!refused.contains(name)
                    && !isNamed(named, name)
                    && !startsWith(name, "x-forwarded-")
                    && !startsWith(name, "x-user-")
                    && !startsWith(name, "x-xy-")
                    && name.indexOf('_') < 0) {
                to.add(name, value);
            }
        });
    }

    /** Adds to the gateway's own headers; only caching is the upstream's to decide. */
    static void response(MultiMap from, MultiMap to) {
        Set<String> named = named(from);
        if (from.contains(HttpHeaders.CACHE_CONTROL)) {
            to.remove(HttpHeaders.CACHE_CONTROL);
        }
        from.forEach((name, value) -> {
            if (!NOT_ANSWERED.contains(name) && !isNamed(named, name) && !startsWith(name, "access-control-")) {
                to.add(name, value);
            }
        });
    }

    private static boolean isNamed(Set<String> named, String name) {
        return !named.isEmpty() && named.contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private static Set<String> named(MultiMap headers) {
        String first = headers.get(HttpHeaders.CONNECTION);
        if (first == null) {
            return Set.of();
        }
        List<String> values = headers.getAll(HttpHeaders.CONNECTION);
        if (values.size() == 1 && PERSISTENCE.contains(first)) {
            return Set.of();
        }
        Set<String> named = new HashSet<>();
        for (String value : values) {
            for (String name : value.split(",")) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return named;
    }
}
