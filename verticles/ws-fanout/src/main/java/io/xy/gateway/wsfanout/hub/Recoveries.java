package io.xy.gateway.wsfanout.hub;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.StreamRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks for values that the hub no longer has, a few questions at a time. Belongs to the hub's event loop. */
final class Recoveries {
    /** Values of one subject that are asked for. */
    static final int MAX_VALUES = 1_000;

    private static final int AT_ONCE = 32;
    private static final int MAX_WAITING = 16_384;

    private record Question(HistoryQuery query, Consumer<AsyncResult<History>> onAnswer) {}

    private final ArrayDeque<Question> waiting = new ArrayDeque<>();
    private Function<HistoryQuery, Future<History>> past = query -> Future.succeededFuture(History.NONE);
    private int underway;

    void from(Function<HistoryQuery, Future<History>> source) {
        past = source;
    }

    /**
     * Asks for what follows a sequence, or with an empty epoch for the newest values.
     *
     * @param onAnswer told the values and gaps in their order; null when nothing is known of the past
     */
    void ask(Channel channel, String epoch, long after, int values, Consumer<@Nullable List<StreamRecord>> onAnswer) {
        HistoryQuery query =
                new HistoryQuery(List.of(channel.subject()), epoch, after, 1, Math.clamp(values, 1, MAX_VALUES));
        Question question = new Question(query, done -> onAnswer.accept(records(done)));
        if (underway < AT_ONCE) {
            send(question);
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(question);
        } else {
            question.onAnswer.accept(Future.failedFuture(GatewayError.OVERLOADED
                    .notExecuted("Too many resume at once")
                    .exception()));
        }
    }

    private void send(Question question) {
        underway++;
        past.apply(question.query).onComplete(done -> {
            underway--;
            question.onAnswer.accept(done);
            Question next = waiting.poll();
            if (next != null) {
                send(next);
            }
        });
    }

    private static @Nullable List<StreamRecord> records(AsyncResult<History> done) {
        return done.failed() || done.result().subjects().isEmpty()
                ? null
                : done.result().subjects().get(0).records();
    }
}
