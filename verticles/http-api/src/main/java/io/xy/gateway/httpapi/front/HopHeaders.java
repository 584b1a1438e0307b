package io.xy.gateway.httpapi.front;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers go on and which end at this hop (RFC 9110, 7.6.1). */
final class HopHeaders {
    private static final Set<String> HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "host",
            "expect");

    private static final String FORWARDED = "forwarded";

    private HopHeaders() {}

    /** Copies what is meant for the other end: no hop-by-hop headers, no claims about where the request came from. */
    static void copy(MultiMap from, MultiMap to) {
        Set<String> named = named(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HOP.contains(name)
                    && !named.contains(name)
                    && !name.equals(FORWARDED)
                    && !name.startsWith("x-forwarded-")
                    && !name.equals("x-real-ip")) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    private static Set<String> named(MultiMap headers) {
        Set<String> named = new HashSet<>();
        for (String value : headers.getAll(HttpHeaders.CONNECTION)) {
            for (String name : value.split(",")) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return named;
    }
}
