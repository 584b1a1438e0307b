package io.xy.gateway.shared.message;

/**
 * One thing that happened on a subject.
 *
 * @param subject the concrete subject; empty for a state that holds for the whole source
 * @param epoch incarnation in which the sequence counts
 * @param sequence of the value; for a gap its last missing sequence
 * @param from for a gap its first missing sequence, else 0
 * @param timestamp milliseconds since 1970: source time when known, else time of receipt
 * @param reason for gaps and states one of the words of {@code xy.v1}, else empty
 */
public record StreamRecord(
        Kind kind,
        String subject,
        String epoch,
        long sequence,
        long from,
        long timestamp,
        String reason,
        Payload payload) {
    public enum Kind {
        VALUE,
        /** Sequences {@code from} to {@code sequence} will not come. */
        GAP,
        /** The source is silent or cut off; the last value stays as last known. */
        STALE,
        /** The source is heard again. */
        LIVE
    }

    public static StreamRecord value(String subject, String epoch, long sequence, long timestamp, Payload payload) {
        return new StreamRecord(Kind.VALUE, subject, epoch, sequence, 0, timestamp, "", payload);
    }

    public static StreamRecord gap(String subject, String epoch, long from, long to, String reason, long timestamp) {
        return new StreamRecord(Kind.GAP, subject, epoch, to, from, timestamp, reason, Payload.EMPTY);
    }

    public static StreamRecord stale(String reason, long since) {
        return new StreamRecord(Kind.STALE, "", "", 0, 0, since, reason, Payload.EMPTY);
    }

    public static StreamRecord live(long since) {
        return new StreamRecord(Kind.LIVE, "", "", 0, 0, since, "", Payload.EMPTY);
    }
}
