package io.xy.gateway.httpapi.front;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.httpapi.calls.AccountLookup;
import io.xy.gateway.httpapi.calls.BridgeTarget;
import io.xy.gateway.httpapi.calls.ReplyMapping;
import io.xy.gateway.httpapi.calls.ServiceCalls;
import io.xy.gateway.httpapi.checks.BodyReader;
import io.xy.gateway.httpapi.checks.ContentCheck;
import io.xy.gateway.httpapi.checks.FieldCheck;
import io.xy.gateway.httpapi.exchange.Caller;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Rendering;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.explain.Trace;
import io.xy.gateway.httpapi.identity.Authentication;
import io.xy.gateway.httpapi.identity.Authorization;
import io.xy.gateway.httpapi.identity.Entitlement;
import io.xy.gateway.httpapi.identity.IdentityTarget;
import io.xy.gateway.httpapi.identity.SessionDesk;
import io.xy.gateway.httpapi.json.JsonPath;
import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.httpapi.limits.Limits;
import io.xy.gateway.httpapi.limits.OpenLimits;
import io.xy.gateway.httpapi.metrics.HttpMeters;
import io.xy.gateway.httpapi.metrics.RouteMeters;
import io.xy.gateway.httpapi.outcome.Outcomes;
import io.xy.gateway.httpapi.routing.RouteTable;
import io.xy.gateway.httpapi.schema.SchemaCheck;
import io.xy.gateway.httpapi.streams.StreamDesk;
import io.xy.gateway.httpapi.upstream.UpstreamPool;
import io.xy.gateway.shared.config.HttpConfig;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.AccountRule;
import io.xy.gateway.shared.config.route.BodySchema;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.security.ClientAddress;
import io.xy.gateway.shared.security.TrustedProxies;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles routes into stages and starts exchanges on them. A stage that a route does not need is not in its array. The
 * table is an immutable snapshot. Belongs to one event loop.
 */
public final class Routing {
    private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("x-forwarded-for");

    private final HttpConfig config;
    private final HttpMeters meters;
    private final Authentication authentication;
    private final Limits limits;
    private final OpenLimits open;
    private final ClientAddress clients;
    private final SessionDesk sessions;
    private final ServiceCalls calls;
    private final StreamDesk streams;
    private final UpstreamPool upstreams;
    private final Outcomes outcomes;
    private final @Nullable Trace trace;
    private final ContentCheck contentCheck;
    private final BodyReader bodyReader;
    private final List<RouteConfig> routes;
    private final RouteTable table;

    /**
     * @param trace looks on; null when nobody does
     */
    public Routing(
            Vertx vertx,
            HttpConfig config,
            HttpMeters meters,
            List<RouteConfig> routes,
            Limits limits,
            Authentication authentication,
            SessionDesk sessions,
            ServiceCalls calls,
            StreamDesk streams,
            UpstreamPool upstreams,
            Outcomes outcomes,
            @Nullable Trace trace) {
        this.config = config;
        this.meters = meters;
        this.limits = limits;
        this.open = limits.open(meters.of(HttpMeters.Label.UNMATCHED, HttpMethod.GET));
        this.clients = new ClientAddress(new TrustedProxies(config.trustedProxies())::contains);
        this.authentication = authentication;
        this.sessions = sessions;
        this.calls = calls;
        this.streams = streams;
        this.upstreams = upstreams;
        this.outcomes = outcomes;
        this.trace = trace;
        this.contentCheck = new ContentCheck(config.maxBodyBytes());
        this.bodyReader = new BodyReader(vertx, config.maxBodyBytes());
        this.routes = List.copyOf(routes);
        this.table = new RouteTable(routes, this::compile);
    }

    /** Where a request came from: the socket's address, or whom a trusted proxy names. */
    String client(HttpServerRequest request) {
        return client(request, PeerAddress.of(request.connection()));
    }

    /**
     * @param hop the socket's address
     */
    String client(HttpServerRequest request, String hop) {
        MultiMap headers = request.headers();
        return headers.contains(FORWARDED_FOR) ? clients.of(hop, headers.getAll(FORWARDED_FOR)) : hop;
    }

    /** Counts a request that has no route; why it is refused, null when it is not. */
    @Nullable
    Failure refusal(HttpServerRequest request) {
        return open.refusal(client(request), request.response().headers());
    }

    /** The routes in the order of their files. */
    List<RouteConfig> routes() {
        return routes;
    }

    public RouteTable table() {
        return table;
    }

    /**
     * An exchange on the matched route; its deadline is the route's, or the caller's when that is earlier.
     *
     * @param started by {@link System#nanoTime}
     * @param latest when the caller stops waiting; null when it does not say
     * @param body already known for calls by the bus, else empty
     */
    public Exchange exchange(
            RouteTable.Match match,
            Exchange.Origin origin,
            long started,
            @Nullable Deadline latest,
            Payload body,
            Caller caller) {
        RouteTable.Route route = match.route();
        long timeout = route.config().timeoutMillis();
        Deadline own = Deadline.after(started, timeout == 0 ? config.callTimeoutMillis() : timeout);
        Deadline deadline = latest == null ? own : latest.earlier(own);
        Exchange exchange =
                new Exchange(route.config(), route.stages(), origin, started, match.parameters(), deadline, caller);
        exchange.body(body);
        return exchange;
    }

    private RouteTable.Route compile(RouteConfig route) {
        RouteMeters own = meters.route(route.method(), route.path().text());
        return new RouteTable.Route(route, stages(route, own), own);
    }

    /** The order is fixed: what is cheap and refuses most comes first; bodies are read only for callers who may. */
    private Stage[] stages(RouteConfig route, RouteMeters meters) {
        List<Stage> stages = new ArrayList<>();
        boolean takesBody = route.request().takesBody();
        if (takesBody) {
            stages.add(contentCheck);
        }
        limits.addOpening(stages, meters);
        if (route.access().kind() != AccessRule.Kind.PUBLIC) {
            stages.add(authentication);
            stages.add(new Authorization(route.access()));
        }
        limits.addPersonal(stages, route, meters);
        if (takesBody) {
            stages.add(bodyReader);
        }
        stages.add(new FieldCheck(route.request()));
        BodySchema schema = route.request().schema();
        if (schema != null) {
            stages.add(new SchemaCheck(schema));
        }
        if (!route.accounts().from().isEmpty() || route.access().owner() != null) {
            stages.add(new Entitlement(route.accounts().from(), route.access()));
        }
        limits.addAccounts(stages, route, meters);
        AccountRule.Lookup lookup = route.accounts().lookup();
        if (lookup != null) {
            stages.add(new AccountLookup(calls, lookup));
        }
        ReplyMapping mapping = new ReplyMapping(route.reply(), route.accounts().filter());
        outcomes.addClaim(stages, route, mapping, bodyReader);
        if (config.accessLog()) {
            stages.add(Routing::reachTarget);
        }
        stages.add(target(route, mapping));
        Stage[] all = stages.toArray(Stage[]::new);
        return trace == null ? all : trace.watch(route, all);
    }

    private static void reachTarget(Exchange exchange) {
        exchange.reached(Caller.Point.TARGET);
        exchange.next();
    }

    private Stage target(RouteConfig route, ReplyMapping mapping) {
        return switch (route.target()) {
            case RouteTarget.Http http -> upstreams.target(http);
            case RouteTarget.Zmq zmq -> new BridgeTarget(calls, zmq, mapping);
            case RouteTarget.Nats nats -> new BridgeTarget(calls, nats, mapping);
            case RouteTarget.Static constant -> staticTarget(constant, mapping);
            case RouteTarget.OutcomeOfCall outcome -> outcomes.target();
            case RouteTarget.Identity identity -> new IdentityTarget(identity, sessions, calls);
            case RouteTarget.Streams about -> streams.target(about);
        };
    }

    private static Stage staticTarget(RouteTarget.Static constant, ReplyMapping mapping) {
        return exchange -> {
            Object value = new Rendering(exchange).render(constant.body(), JsonPath.ABSENT);
            boolean absent = value == JsonPath.ABSENT;
            mapping.answer(exchange, Payload.of(JsonText.write(absent ? null : value)));
        };
    }
}
