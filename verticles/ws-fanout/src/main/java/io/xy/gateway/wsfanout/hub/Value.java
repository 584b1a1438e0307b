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
    private byte @Nullable [] record;
    private byte @Nullable [] image;
    private @Nullable Object envelope;

    Value(Channel channel, String epoch, long sequence, long timestamp, Payload payload) {
        this.channel = channel;
        this.epoch = epoch;
        this.sequence = sequence;
        this.timestamp = timestamp;
        this.payload = payload;
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
            built = Records.value(channel.number(), sequence, timestamp, payload, channel.hub().isJson(payload));
            channel.hub().figures().encodes++;
            record = built;
        }
        return built;
    }

    /** The {@code s} record. */
    public byte[] image() {
        byte[] built = image;
        if (built == null) {
            built = Records.image(record());
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
