package io.xy.gateway.zmqbridge.client;

import io.vertx.core.Context;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.LateReply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What callers and the rest of the bridge are told: everything of one turn in one task of its own, so that nobody who is
 * told finds the calls half changed. Belongs to one event loop.
 */
final class Outbox {
    private record Answer(Call call, CallReply reply) {}

    private final Context context;
    private final Consumer<LateReply> onLate;
    private final Runnable onChange;
    private List<Answer> answers = new ArrayList<>();
    private List<LateReply> late = new ArrayList<>();
    private boolean changed;
    private boolean scheduled;

    Outbox(Context context, Consumer<LateReply> onLate, Runnable onChange) {
        this.context = context;
        this.onLate = onLate;
        this.onChange = onChange;
    }

    void answer(Call call, CallReply reply) {
        answers.add(new Answer(call, reply));
        schedule();
    }

    void late(LateReply reply) {
        late.add(reply);
        schedule();
    }

    /** A broker came or went. */
    void changed() {
        changed = true;
        schedule();
    }

    /** Tells at once what there is to tell. */
    void flush() {
        List<Answer> finished = answers;
        List<LateReply> tooLate = late;
        boolean told = changed;
        answers = new ArrayList<>();
        late = new ArrayList<>();
        changed = false;
        for (Answer answer : finished) {
            answer.call.promise.tryComplete(answer.reply);
        }
        tooLate.forEach(onLate);
        if (told) {
            onChange.run();
        }
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(task -> {
                scheduled = false;
                flush();
            });
        }
    }
}
