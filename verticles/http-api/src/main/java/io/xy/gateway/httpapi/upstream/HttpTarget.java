package io.xy.gateway.httpapi.upstream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.xy.gateway.httpapi.checks.BodyReader;
import io.xy.gateway.httpapi.exchange.Asking;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Rendering;
import io.xy.gateway.httpapi.json.JsonPath;
import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.config.route.Template;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The last stage of routes whose target is an HTTP service. Belongs to one event loop. */
public final class HttpTarget implements Asking {
    private final Upstream upstream;
    private final RouteTarget.Http target;
    private final RequestHead head;
    private final Tunnels tunnels;
    private final long maxBodyBytes;

    HttpTarget(Upstream upstream, RouteTarget.Http target, RequestHead head, Tunnels tunnels, long maxBodyBytes) {
        this.upstream = upstream;
        this.target = target;
        this.head = head;
        this.tunnels = tunnels;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public void run(Exchange exchange) {
        Failure refusal = refusal(exchange);
        if (refusal == null) {
            new ProxyCall(this, exchange).start();
        } else {
            exchange.fail(refusal);
        }
    }

    @Override
    public @Nullable Failure refusal(Exchange exchange) {
        HttpServerRequest http = exchange.origin().http();
        if (target.webSocket() && (http == null || !isUpgrade(http))) {
            return GatewayError.BAD_REQUEST.notExecuted("Only WebSocket upgrades are served here");
        }
        return http != null && exchange.origin().bodied() && BodyReader.announced(http) > maxBodyBytes
                ? GatewayError.TOO_LARGE.notExecuted("The body may have " + maxBodyBytes + " bytes")
                : null;
    }

    @Override
    public Map<String, @Nullable Object> plan(Exchange exchange) {
        return new ProxyPlan(this, exchange).json();
    }

    @Override
    public String setting() {
        return "HTTP service " + upstream.config().name();
    }

    Upstream upstream() {
        return upstream;
    }

    RouteTarget.Http target() {
        return target;
    }

    RequestHead head() {
        return head;
    }

    Tunnels tunnels() {
        return tunnels;
    }

    long maxBodyBytes() {
        return maxBodyBytes;
    }

    /** The body when it is in memory; null when it is still with the caller, or there is none. */
    @Nullable
    Buffer body(Exchange exchange) {
        Template mapped = target.body();
        if (mapped != null) {
            Object value = new Rendering(exchange).render(mapped, JsonPath.ABSENT);
            return Buffer.buffer(JsonText.write(value == JsonPath.ABSENT ? null : value));
        }
        return isRead(exchange) && !exchange.body().isEmpty()
                ? Buffer.buffer(exchange.body().array())
                : null;
    }

    /** Whether a body follows that nobody has read yet. */
    static boolean streams(Exchange exchange) {
        HttpServerRequest http = exchange.origin().http();
        if (http == null || !exchange.origin().bodied() || isRead(exchange)) {
            return false;
        }
        if (http.version() == HttpVersion.HTTP_2) {
            boolean usual = exchange.route().effect().repeatable() || http.isEnded();
            return BodyReader.announced(http) > 0 || !usual && !http.headers().contains(HttpHeaders.CONTENT_LENGTH);
        }
        return BodyReader.announced(http) > 0 || http.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private static boolean isUpgrade(HttpServerRequest http) {
        return http.version() == HttpVersion.HTTP_1_1
                && http.method() == HttpMethod.GET
                && "websocket".equalsIgnoreCase(http.getHeader(HttpHeaders.UPGRADE))
                && http.headers().getAll(HttpHeaders.CONNECTION).stream()
                        .flatMap(value -> Stream.of(value.split(",")))
                        .anyMatch(option -> option.strip().equalsIgnoreCase("upgrade"));
    }

    private static boolean isRead(Exchange exchange) {
        return exchange.origin().http() == null
                || exchange.route().request().takesBody()
                || !exchange.ledgerName().isEmpty();
    }
}
