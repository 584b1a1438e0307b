package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.zmqbridge.majordomo.Frames;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What brokers say: answers to calls, which find their caller by request id or lane, and answers about services. What
 * belongs to nobody is counted and reaches nobody. Belongs to one event loop.
 */
final class Inbound {
    private final Dispatch dispatch;
    private final ServiceTable services;
    private final LateAnswers lateAnswers;
    private final Tally tally;
    private final BiConsumer<Call, byte[]> onAnswer;
    private final Consumer<ServiceQueue> onPresence;

    /**
     * @param onAnswer takes a call's pickled answer
     * @param onPresence told of a service that the broker has spoken about
     */
    Inbound(
            Dispatch dispatch,
            ServiceTable services,
            LateAnswers lateAnswers,
            Tally tally,
            BiConsumer<Call, byte[]> onAnswer,
            Consumer<ServiceQueue> onPresence) {
        this.dispatch = dispatch;
        this.services = services;
        this.lateAnswers = lateAnswers;
        this.tally = tally;
        this.onAnswer = onAnswer;
        this.onPresence = onPresence;
    }

    /** One message on the socket that many calls share. */
    void onMessage(BrokerConnection connection, List<byte[]> frames, long now) {
        if (!ClientFrames.isReply(frames)) {
            tally.mismatched++;
            return;
        }
        connection.heard(now);
        String service = Frames.text(frames.get(2));
        String id = Frames.text(frames.get(3));
        if (service.equals(Frames.MMI_SERVICE)) {
            onPresence(connection.onProbeAnswer(id, Frames.text(frames.get(4)), now));
        } else {
            onReply(connection, service, id, frames.get(4));
        }
    }

    /** One message on a lane: the answer to its call, or a reason to close it. */
    void onLaneMessage(Lane lane, List<byte[]> frames) {
        Attempt attempt = lane.attempt;
        if (attempt != null && ClientFrames.isLaneReply(frames, lane.queue.name)) {
            lane.attempt = null;
            onAnswer.accept(attempt.call(), frames.get(3));
            return;
        }
        tally.mismatched++;
        dispatch.poison(lane);
    }

    private void onPresence(@Nullable String service) {
        if (service == null) {
            tally.mismatched++;
            return;
        }
        ServiceQueue queue = services.get(service);
        if (queue != null) {
            onPresence.accept(queue);
        }
    }

    private void onReply(BrokerConnection connection, String service, String id, byte[] payload) {
        Attempt attempt = dispatch.find(id);
        if (attempt == null) {
            lateAnswers.take(service, id, payload);
        } else if (attempt.connection() == connection
                && attempt.lane() == null
                && attempt.call().request.service().equals(service)) {
            onAnswer.accept(attempt.call(), payload);
        } else {
            tally.mismatched++;
        }
    }
}
