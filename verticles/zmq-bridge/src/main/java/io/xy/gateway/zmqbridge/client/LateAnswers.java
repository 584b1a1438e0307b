package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.shared.message.LateReply;

/** What comes for calls that are over: told to the ledger once, and never given to another caller. For the owner thread. */
final class LateAnswers {
    private final Finished finished = new Finished();
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
     * @param answered whether a service answered the call, so that another answer is a duplicate
     */
    void expect(Attempt attempt, boolean answered) {
        finished.add(attempt, answered);
    }

    void take(String service, String id, byte[] payload) {
        Finished.Past past = finished.take(id, service);
        if (past == null) {
            tally.mismatched++;
        } else if (past.answered()) {
            tally.duplicates++;
        } else {
            tally.late++;
            reading.read(
                    service,
                    past.requestId(),
                    payload,
                    reply -> outbox.late(new LateReply(past.requestId(), service, past.idempotencyKey(), reply)));
        }
    }
}
