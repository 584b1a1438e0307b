package io.xy.gateway.httpapi.explain;

import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Asking;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks on while one request passes the stages of its route. The stages are the real ones and decide themselves; only
 * those that would ask somebody else say what they would ask, and nothing leaves. Written by one event loop, read when
 * the request is answered.
 */
public final class Trace {
    /** What became of a stage. */
    public enum Verdict {
        PASSED,
        /** It would ask somebody else. */
        ASKS,
        /** It ended the request. */
        REFUSED,
        NOT_REACHED
    }

    /**
     * One stage as it was seen.
     *
     * @param plan what it would send; null when it sends nothing
     */
    public record Step(
            String stage,
            String setting,
            Verdict verdict,
            @Nullable Map<String, @Nullable Object> plan) {}

    /** A request that passed everything is answered so, for nobody but the one who looks on. */
    private static final Answer DONE = new Answer(204, Answer.JSON, Payload.EMPTY, List.of(), null);

    private volatile List<Step> steps = List.of();
    private volatile @Nullable RouteConfig route;
    private volatile Principal caller = Principal.anonymous();

    /** The same stages, watched. */
    public Stage[] watch(RouteConfig of, Stage[] stages) {
        Stage[] watched = new Stage[stages.length];
        for (int i = 0; i < stages.length; i++) {
            int index = i;
            watched[i] = exchange -> run(of, stages, index, exchange);
        }
        return watched;
    }

    /** The route that was found; null when none was. */
    public @Nullable RouteConfig route() {
        return route;
    }

    public List<Step> steps() {
        return steps;
    }

    /** Who calls, as far as the stages found out. */
    public Principal caller() {
        return caller;
    }

    private void run(RouteConfig of, Stage[] stages, int index, Exchange exchange) {
        route = of;
        caller = exchange.principal();
        Stage stage = stages[index];
        if (!(stage instanceof Asking asking)) {
            see(stages, index, Verdict.REFUSED, null);
            stage.run(exchange);
            return;
        }
        Failure refusal = asking.refusal(exchange);
        if (refusal != null) {
            see(stages, index, Verdict.REFUSED, null);
            exchange.fail(refusal);
            return;
        }
        see(stages, index, Verdict.ASKS, asking.plan(exchange));
        if (index + 1 < stages.length) {
            exchange.next();
        } else {
            exchange.answer(DONE);
        }
    }

    /** What is before the stage has passed, whatever it says itself; as long as nothing follows, it is the last word. */
    private void see(Stage[] stages, int index, Verdict verdict, @Nullable Map<String, @Nullable Object> plan) {
        List<Step> seen = new ArrayList<>();
        for (int i = 0; i < stages.length; i++) {
            Step before = i < index ? steps.get(i) : null;
            if (before != null) {
                seen.add(
                        before.verdict == Verdict.REFUSED
                                ? new Step(before.stage, before.setting, Verdict.PASSED, null)
                                : before);
            } else {
                boolean here = i == index;
                seen.add(new Step(
                        name(stages[i]),
                        stages[i].setting(),
                        here ? verdict : Verdict.NOT_REACHED,
                        here ? plan : null));
            }
        }
        steps = List.copyOf(seen);
    }

    private static String name(Stage stage) {
        Class<?> type = stage.getClass();
        return type.isHidden() || type.isSynthetic()
                ? "answer"
                : type.getSimpleName()
                        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                        .replaceFirst(" Stage$", "")
                        .toLowerCase(Locale.ROOT);
    }
}
