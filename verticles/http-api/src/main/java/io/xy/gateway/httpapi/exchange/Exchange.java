package io.xy.gateway.httpapi.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.shared.config.route.ReplyRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.security.Principal;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call on its way through the stages of its route, whether it came by HTTP or by the bus. Belongs to one event
 * loop; answers once, whatever happens.
 */
public final class Exchange {
    /**
     * How the call came.
     *
     * @param credential the Authorization header as sent; null when there is none
     * @param peer address of the client, without port
     * @param hop address of whoever sent the request to this node: the client, or a trusted proxy
     * @param bodied whether a body may follow the head of the request
     * @param http null when the call came by the bus
     */
    public record Origin(
            String requestId,
            String query,
            @Nullable String credential,
            String peer,
            String hop,
            String idempotencyKey,
            boolean bodied,
            @Nullable HttpServerRequest http) {}

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final RouteConfig route;
    private final Stage[] stages;
    private final Origin origin;
    private final Map<String, String> path;
    private final Deadline deadline;
    private final long startedNanos;
    /** Milliseconds since 1970; 0 until somebody asks. */
    private long startedAt;

    private Caller caller;

    private Payload body = Payload.EMPTY;
    private Map<String, @Nullable Object> bodyFields = Map.of();
    private Map<String, Object> query = Map.of();
    private Principal principal = Principal.anonymous();
    private @Nullable Allowance allowance;
    private long remaining = Long.MAX_VALUE;
    private long left;
    private String ledgerName = "";
    private int stage;
    private boolean answered;

    /**
     * @param startedNanos by {@link System#nanoTime}
     * @param path values of the path's parameters
     * @param caller takes the one answer
     */
    public Exchange(
            RouteConfig route,
            Stage[] stages,
            Origin origin,
            long startedNanos,
            Map<String, String> path,
            Deadline deadline,
            Caller caller) {
        this.route = route;
        this.stages = stages;
        this.origin = origin;
        this.startedNanos = startedNanos;
        this.path = path;
        this.deadline = deadline;
        this.caller = caller;
    }

    /** Runs the next stage. The last stage of every route answers. */
    public void next() {
        if (!answered) {
            try {
                stages[stage++].run(this);
            } catch (RuntimeException e) {
                LOG.error("{}: a stage broke", route.name(), e);
                fail(GatewayError.INTERNAL.unknown(""));
            }
        }
    }

    /**
     * The same call once more, to make an answer of a result that came after this one was answered. Runs no stages.
     *
     * @param to takes the answer
     */
    public Exchange detached(Caller to) {
        Exchange same = new Exchange(route, new Stage[0], origin, startedNanos, path, deadline, to);
        same.startedAt = startedAt();
        same.body = body;
        same.bodyFields = bodyFields;
        same.query = query;
        same.principal = principal;
        return same;
    }

    /** Has somebody told of the answer before the caller gets it. */
    public void onAnswer(Consumer<Answer> listener) {
        Caller before = caller;
        caller = answer -> {
            listener.accept(answer);
            before.answer(answer);
        };
    }

    public void answer(Answer answer) {
        if (!answered) {
            answered = true;
            if (origin.http() != null) {
                tellAllowance(origin.http().response().headers());
            }
            caller.answer(answer);
        }
    }

    /** Takes over: the caller of this writes the answer itself. False when there is an answer already. */
    public boolean take() {
        boolean free = !answered;
        answered = true;
        return free;
    }

    /** The call has got to a point on its way. */
    public void reached(Caller.Point point) {
        caller.reached(point);
    }

    /** The connection has become a tunnel; to be called after {@link #take}. */
    public void upgraded() {
        caller.upgraded();
    }

    public void fail(Failure failure) {
        fail(failure, Map.of());
    }

    /**
     * @param members further members of the problem
     */
    public void fail(Failure failure, Map<String, @Nullable Object> members) {
        boolean desk = route.reply().envelope() == ReplyRule.Envelope.DESK;
        answer(Problems.answer(failure, origin.requestId(), route.effect(), desk, members));
    }

    public boolean isAnswered() {
        return answered;
    }

    public RouteConfig route() {
        return route;
    }

    public Origin origin() {
        return origin;
    }

    public String requestId() {
        return origin.requestId();
    }

    public Deadline deadline() {
        return deadline;
    }

    /** Milliseconds since 1970. */
    public long startedAt() {
        if (startedAt == 0) {
            startedAt = System.currentTimeMillis() - (System.nanoTime() - startedNanos) / 1_000_000;
        }
        return startedAt;
    }

    /** By {@link System#nanoTime}. */
    public long startedNanos() {
        return startedNanos;
    }

    /**
     * A limit counted this exchange. The caller is told of the one with the least left.
     *
     * @param requests that are left
     * @param nanos of allowance that are left, as {@link Allowance#tell} takes them
     */
    public void counted(Allowance by, long requests, long nanos) {
        if (requests <= remaining) {
            allowance = by;
            remaining = requests;
            left = nanos;
        }
    }

    /** Says in the headers of the answer what is left of the caller's allowance. */
    public void tellAllowance(MultiMap headers) {
        if (allowance != null) {
            allowance.tell(headers, left);
        }
    }

    public Map<String, String> path() {
        return path;
    }

    /** Checked query parameters, with defaults. */
    public Map<String, Object> query() {
        return query;
    }

    public void query(Map<String, Object> checked) {
        query = checked;
    }

    public Payload body() {
        return body;
    }

    public void body(Payload read) {
        body = read;
    }

    /** Checked fields of the body, with defaults. */
    public Map<String, @Nullable Object> bodyFields() {
        return bodyFields;
    }

    public void bodyFields(Map<String, @Nullable Object> checked) {
        bodyFields = checked;
    }

    /** The name of this call in the ledger of outcomes; empty when it has no Idempotency-Key. */
    public String ledgerName() {
        return ledgerName;
    }

    public void ledgerName(String claimed) {
        ledgerName = claimed;
    }

    public Principal principal() {
        return principal;
    }

    public void principal(Principal verified) {
        principal = verified;
    }
}
