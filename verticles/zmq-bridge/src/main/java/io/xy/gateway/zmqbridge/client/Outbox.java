package io.xy.gateway.zmqbridge.client;

import io.vertx.core.Context;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.LateReply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The way back from the owner thread to the event loop: everything of one turn as one task. Belongs to the owner thread;
 * what {@link #flush} hands over is not touched any more.
 */
final class Outbox {
    private record Answer(Call call, CallReply reply) {}

    private final Context context;
    private final Consumer<LateReply> onLate;
    private final Runnable onChange;
    private List<Answer> answers = new ArrayList<>();
    private List<LateReply> late = new ArrayList<>();
    private boolean changed;

    Outbox(Context context, Consumer<LateReply> onLate, Runnable onChange) {
        this.context = context;
        this.onLate = onLate;
        this.onChange = onChange;
    }

    void answer(Call call, CallReply reply) {
        answers.add(new Answer(call, reply));
    }

    void late(LateReply reply) {
        late.add(reply);
    }

    /** A broker came or went. */
    void changed() {
        changed = true;
    }

    void flush() {
        if (answers.isEmpty() && late.isEmpty() && !changed) {
            return;
        }
        List<Answer> finished = answers;
        List<LateReply> tooLate = late;
        boolean told = changed;
        answers = new ArrayList<>();
        late = new ArrayList<>();
        changed = false;
        context.runOnContext(task -> deliver(finished, tooLate, told));
    }

    private void deliver(List<Answer> finished, List<LateReply> tooLate, boolean told) {
        for (Answer answer : finished) {
            answer.call.promise.tryComplete(answer.reply);
        }
        tooLate.forEach(onLate);
        if (told) {
            onChange.run();
        }
    }
}
