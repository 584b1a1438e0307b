package io.xy.gateway.natsbridge.link;

import io.xy.gateway.shared.message.Payload;
import java.util.List;

/**
 * What a JetStream stream had.
 *
 * @param epoch stream name and time of creation: the same on every node, another one for a stream made anew
 * @param numbers whether the stream's sequences come with its messages, because it republishes them
 * @param first lowest sequence that the stream still keeps
 * @param last highest sequence of the stream
 * @param perSubject messages that the stream keeps of one subject; 0 without such a limit
 * @param complete whether everything that was asked for and is still kept is in {@code values}
 * @param values in the order of their sequences
 */
public record Fetched(
        String epoch, boolean numbers, long first, long last, long perSubject, boolean complete, List<Stored> values) {
    public Fetched {
        values = List.copyOf(values);
    }

    /**
     * One message.
     *
     * @param subject as it is published to subscribers
     * @param timestamp when it was stored, milliseconds since 1970
     */
    public record Stored(String subject, long sequence, long timestamp, Payload payload) {}
}
