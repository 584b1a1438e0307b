package io.xy.gateway.httpapi.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Rendering;
import io.xy.gateway.httpapi.json.JsonPath;
import io.xy.gateway.httpapi.routing.Query;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.config.route.Template;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.TrustedProxies;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the target and the headers of requests to an upstream, as one route wants them. Immutable. */
final class RequestHead {
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
    private static final CharSequence TRACESTATE = HttpHeaders.createOptimized("tracestate");
    private static final CharSequence DEADLINE = HttpHeaders.createOptimized("x-request-deadline");
    private static final CharSequence TIMEOUT = HttpHeaders.createOptimized("x-request-timeout");
    private static final CharSequence ATTEMPT = HttpHeaders.createOptimized("x-request-attempt");
    private static final CharSequence USER_ID = HttpHeaders.createOptimized("x-user-id");
    private static final CharSequence USER_ROLE = HttpHeaders.createOptimized("x-user-role");
    private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("x-forwarded-for");
    private static final CharSequence FORWARDED_PROTO = HttpHeaders.createOptimized("x-forwarded-proto");
    private static final CharSequence FORWARDED_HOST = HttpHeaders.createOptimized("x-forwarded-host");
    private static final int LONGEST_CHAIN = 512;
    private static final int LONGEST_STATE = 512;

    private final RouteTarget.Http target;
    private final TrustedProxies proxies;
    /** The path of every request; null when it has parameters. */
    private final @Nullable String path;

    RequestHead(RouteTarget.Http target, TrustedProxies proxies) {
        this.target = target;
        this.proxies = proxies;
        boolean constant = target.path().parameters().isEmpty();
        this.path = constant ? UriText.path(target.path(), Map.of()).toString() : null;
    }

    /** Path and query. The query goes on as it was sent, but for the parameters that the route sets or removes. */
    String uri(Exchange exchange) {
        RouteTarget.Rules rules = target.query();
        boolean queried = !exchange.origin().query().isEmpty() || !rules.set().isEmpty();
        if (path != null && !queried) {
            return path;
        }
        StringBuilder uri = UriText.path(target.path(), exchange.path());
        if (!queried) {
            return uri.toString();
        }
        char separator = '?';
        for (String part : exchange.origin().query().split("&")) {
            if (!part.isEmpty() && passes(part, rules)) {
                uri.append(separator).append(part);
                separator = '&';
            }
        }
        for (Map.Entry<String, Template> rule : rules.set().entrySet()) {
            String value = text(exchange, rule.getValue());
            if (value != null) {
                uri.append(separator).append(rule.getKey()).append('=');
                UriText.append(uri, value);
                separator = '&';
            }
        }
        return uri.toString();
    }

    /**
     * Names that are added here never pass from the caller's headers, see {@link HeaderRules}.
     *
     * @param deadline of the call, which is told
     * @param attempt from 1
     */
    void write(Exchange exchange, Deadline deadline, MultiMap headers, int attempt) {
        HttpServerRequest http = exchange.origin().http();
        if (http != null) {
            HeaderRules.request(http.headers(), headers, target.forwardCredentials());
            trace(http.headers(), headers);
        } else {
            headers.add(TRACEPARENT, TraceParent.fresh());
        }
        forwarded(exchange, http, headers);
        headers.add(REQUEST_ID, exchange.requestId());
        long left = deadline.remainingMillis();
        headers.add(DEADLINE, Long.toString(System.currentTimeMillis() + left));
        headers.add(TIMEOUT, Long.toString(left));
        if (attempt > 1) {
            headers.add(ATTEMPT, Integer.toString(attempt));
        }
        Principal principal = exchange.principal();
        if (!principal.id().equals(Principal.anonymous().id())) {
            headers.add(USER_ID, UriText.headerValue(principal.id()));
            headers.add(USER_ROLE, UriText.headerValue(principal.role()));
        }
        apply(target.headers(), exchange, headers);
    }

    /** What the route wants changed in the answer's headers. */
    void answer(Exchange exchange, MultiMap headers) {
        apply(target.response(), exchange, headers);
    }

    /** Names are compared decoded: an escaped letter does not pass a rule by. */
    private static boolean passes(String part, RouteTarget.Rules rules) {
        if (rules.remove().isEmpty() && rules.set().isEmpty()) {
            return true;
        }
        Map<String, String> parameter = Query.read(part);
        if (parameter == null) {
            return false;
        }
        for (String name : parameter.keySet()) {
            if (rules.remove().contains(name) || rules.set().containsKey(name)) {
                return false;
            }
        }
        return true;
    }

    private void forwarded(Exchange exchange, @Nullable HttpServerRequest http, MultiMap headers) {
        if (http == null) {
            headers.add(FORWARDED_FOR, UriText.headerValue(exchange.origin().peer()));
            return;
        }
        String peer = exchange.origin().hop();
        boolean trusted = proxies.contains(peer);
        String chain = trusted ? String.join(", ", http.headers().getAll(FORWARDED_FOR)) : "";
        headers.add(FORWARDED_FOR, chain.isEmpty() || chain.length() > LONGEST_CHAIN ? peer : chain + ", " + peer);
        String proto = trusted ? http.getHeader(FORWARDED_PROTO) : null;
        boolean known = "http".equals(proto) || "https".equals(proto);
        headers.add(FORWARDED_PROTO, known ? proto : http.isSSL() ? "https" : "http");
        String forwardedHost = trusted ? http.getHeader(FORWARDED_HOST) : null;
        String host = http.getHeader(HttpHeaders.HOST);
        if (host == null && http.authority() != null) {
            host = http.authority().toString();
        }
        if (forwardedHost != null) {
            headers.add(FORWARDED_HOST, forwardedHost);
        } else if (host != null) {
            headers.add(FORWARDED_HOST, host);
        }
    }

    private static void trace(MultiMap from, MultiMap to) {
        String parent = from.get(TRACEPARENT);
        if (!TraceParent.isWellFormed(parent)) {
            to.add(TRACEPARENT, TraceParent.fresh());
            return;
        }
        to.add(TRACEPARENT, parent);
        String state = from.get(TRACESTATE);
        if (state != null && state.length() <= LONGEST_STATE) {
            to.add(TRACESTATE, state);
        }
    }

    private static void apply(RouteTarget.Rules rules, Exchange exchange, MultiMap headers) {
        if (rules.remove().isEmpty() && rules.set().isEmpty()) {
            return;
        }
        for (String name : rules.remove()) {
            headers.remove(name);
        }
        for (Map.Entry<String, Template> rule : rules.set().entrySet()) {
            String value = text(exchange, rule.getValue());
            if (value != null) {
                headers.set(rule.getKey(), UriText.headerValue(value));
            }
        }
    }

    private static @Nullable String text(Exchange exchange, Template template) {
        Object value = new Rendering(exchange).render(template, JsonPath.ABSENT);
        return value == null || value == JsonPath.ABSENT ? null : value.toString();
    }
}
