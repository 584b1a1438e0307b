package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.wsfanout.protocol.Records;
import org.jspecify.annotations.Nullable;

/**
 * One value of a subject. Its record bytes are built once per event loop, on first use, however many connections get
 * them; they are never changed afterwards.
 */
public final class Value {
    private final Channel channel;
    private final String epoch;
    private final long sequence;
    private final long timestamp;
    private final Payload payload;
    private final long previous;
    private final long receivedAt;
    private byte @Nullable [] record;
    private byte @Nullable [] image;
    private @Nullable Object envelope;

    /**
     * @param previous sequence of the value before, on channels that count in steps of their own; 0 elsewhere
     */
    Value(Channel channel, String epoch, long sequence, long timestamp, Payload payload, long previous) {
        this.channel = channel;
        this.epoch = epoch;
        this.sequence = sequence;
        this.timestamp = timestamp;
        this.payload = payload;
        this.previous = previous;
        this.receivedAt = channel.heardAt();
    }

    /** When its channel was last heard of as it came, in milliseconds since 1970. */
    long receivedAt() {
        return receivedAt;
    }

    public Channel channel() {
        return channel;
    }

    public String epoch() {
        return epoch;
    }

    public long sequence() {
        return sequence;
    }

    /** The sequence right before this one; nothing is missing between the two. */
    long previous() {
        return previous == 0 ? sequence - 1 : previous;
    }

    /** The same value, when it is known by now which one came before it. */
    Value behind(long before) {
        return previous == 0 && channel.isLinked()
                ? new Value(channel, epoch, sequence, timestamp, payload, before)
                : this;
    }

    /** Milliseconds since 1970. */
    public long timestamp() {
        return timestamp;
    }

    public Payload payload() {
        return payload;
    }

    /** The {@code d} record. */
    public byte[] record() {
        byte[] built = record;
        if (built == null) {
            boolean json = channel.hub().isJson(payload);
            built = Records.value(channel.number(), sequence, timestamp, payload, json, previous);
            channel.hub().figures().encodes++;
            record = built;
        }
        return built;
    }

    /** The {@code s} record. */
    public byte[] image() {
        byte[] built = image;
        if (built == null) {
            built = Records.image(
                    channel.number(),
                    sequence,
                    timestamp,
                    payload,
                    channel.hub().isJson(payload));
            image = built;
        }
        return built;
    }

    /** What another protocol has built of this value before, so that it too builds it once. */
    public @Nullable Object envelope() {
        return envelope;
    }

    public void envelope(Object built) {
        envelope = built;
    }

    /** About how many bytes the record takes in a queue. */
    int cost() {
        return payload.length() + 48;
    }
}
