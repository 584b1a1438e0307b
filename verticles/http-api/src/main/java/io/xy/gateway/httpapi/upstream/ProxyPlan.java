package io.xy.gateway.httpapi.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a call to an upstream would send, told instead of sent. Credentials are never shown. */
final class ProxyPlan {
    private static final Set<String> SECRET = Set.of("authorization", "x-api-key", "cookie");

    private final HttpTarget route;
    private final Exchange exchange;

    ProxyPlan(HttpTarget route, Exchange exchange) {
        this.route = route;
        this.exchange = exchange;
    }

    Map<String, @Nullable Object> json() {
        UpstreamConfig upstream = route.upstream().config();
        HttpServerRequest http = exchange.origin().http();
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        route.head()
                .write(exchange, exchange.deadline().atMost(upstream.limits().requestMillis()), headers, 1);
        Map<String, @Nullable Object> plan = new LinkedHashMap<>();
        plan.put("target", "http");
        plan.put("upstream", upstream.name());
        plan.put(
                "instances",
                upstream.urls().stream().map(UpstreamConfig.Url::toString).toList());
        plan.put(
                "method",
                http == null ? exchange.route().method() : http.method().name());
        plan.put("uri", route.head().uri(exchange));
        plan.put("headers", shown(headers));
        plan.put("notPassedOn", http == null ? List.of() : List.copyOf(dropped(http.headers(), headers)));
        plan.put("body", body());
        plan.put("timeoutMillis", upstream.limits().requestMillis());
        plan.put(
                "attempts",
                exchange.route().effect().repeatable() ? upstream.retry().attempts() : 1);
        return plan;
    }

    private String body() {
        Buffer body = route.body(exchange);
        if (body != null) {
            return body.toString();
        }
        return HttpTarget.streams(exchange) ? "streamed as it comes" : "none";
    }

    private static Map<String, String> shown(MultiMap headers) {
        Map<String, String> shown = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            shown.merge(name, SECRET.contains(name) ? "***" : header.getValue(), (one, two) -> one + ", " + two);
        }
        return shown;
    }

    private static Set<String> dropped(MultiMap sent, MultiMap passed) {
        Set<String> dropped = new TreeSet<>();
        for (String name : sent.names()) {
            if (!passed.contains(name)) {
                dropped.add(name.toLowerCase(Locale.ROOT));
            }
        }
        return dropped;
    }
}
