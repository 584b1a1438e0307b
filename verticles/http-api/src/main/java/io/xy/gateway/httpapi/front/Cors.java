package io.xy.gateway.httpapi.front;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Cross-origin rules: exact origins; on a developer's machine every localhost origin too. */
final class Cors {
    private static final Pattern LOCALHOST =
            Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?");
    private static final CharSequence METHODS =
            HttpHeaders.createOptimized("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    private static final CharSequence HEADERS = HttpHeaders.createOptimized("Content-Type, Authorization, Accept,"
            + " Origin, X-Requested-With, X-Request-Id, X-API-Key, Idempotency-Key, Traceparent");
    private static final CharSequence EXPOSED =
            HttpHeaders.createOptimized("X-Request-Id, Retry-After, ETag, Idempotency-Replayed,"
                    + " RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset");

    private final Set<String> origins;
    private final boolean all;
    private final boolean localhost;

    /**
     * @param localhost whether every localhost origin counts
     */
    Cors(List<String> origins, boolean localhost) {
        this.origins = Set.copyOf(origins);
        this.all = origins.contains("*");
        this.localhost = localhost;
    }

    boolean allows(String origin) {
        return all
                || origins.contains(origin)
                || localhost && LOCALHOST.matcher(origin).matches();
    }

    /** Sets what a browser needs to let its page read the answer. Credentials only for origins that are named. */
    void allow(String origin, MultiMap headers) {
        if (!allows(origin)) {
            return;
        }
        boolean named = origins.contains(origin)
                || localhost && LOCALHOST.matcher(origin).matches();
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, named ? origin : "*");
        if (named) {
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }

    /** Sets what a browser asks before the request itself. */
    void preflight(MultiMap headers) {
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "600");
    }
}
