package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.shared.message.LateReply;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What comes for calls that are over: told to the ledger once, and never given to another caller. Belongs to one event
 * loop.
 */
final class LateAnswers {
    /** Calls without an answer that are remembered; the eldest are forgotten, and their answers a stranger's. */
    private static final int MOST = 65_536;

    private record Waiting(String requestId, String service, String idempotencyKey) {}

    private final AnsweredIds answered = new AnsweredIds();
    private final Map<String, Waiting> unanswered = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Waiting> eldest) {
            return size() > MOST;
        }
    };
    private final ReplyReading reading;
    private final Outbox outbox;
    private final Tally tally;

    LateAnswers(ReplyReading reading, Outbox outbox, Tally tally) {
        this.reading = reading;
        this.outbox = outbox;
        this.tally = tally;
    }

    /**
     * Remembers an attempt whose call is over.
     *
     * @param byService whether a service answered the call, so that another answer is a duplicate
     */
    void expect(Attempt attempt, boolean byService) {
        var request = attempt.call().request;
        if (byService) {
            answered.add(attempt.id(), request.service());
        } else {
            unanswered.put(attempt.id(), new Waiting(request.requestId(), request.service(), request.idempotencyKey()));
        }
    }

    void take(String service, String id, byte[] payload) {
        Waiting waiting = unanswered.get(id);
        if (waiting != null && waiting.service.equals(service)) {
            unanswered.remove(id);
            answered.add(id, service);
            tally.late++;
            reading.read(
                    service,
                    waiting.requestId,
                    payload,
                    reply -> outbox.late(new LateReply(waiting.requestId, service, waiting.idempotencyKey, reply)));
        } else if (answered.contains(id, service)) {
            tally.duplicates++;
        } else {
            tally.mismatched++;
        }
    }
}
