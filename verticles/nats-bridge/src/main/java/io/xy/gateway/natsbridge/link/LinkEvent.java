package io.xy.gateway.natsbridge.link;

import io.xy.gateway.shared.message.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the link tells its owner about the connection and its subscriptions, in order. */
public sealed interface LinkEvent {
    /** A connection stands; what it carries belongs to this incarnation. Numbers grow by one, from 1. */
    record Connected(long incarnation, String server) implements LinkEvent {}

    /** The wanted subscriptions have reached the server. */
    record Ready(long incarnation) implements LinkEvent {}

    /** The connection of this incarnation is gone. */
    record Lost(long incarnation, String reason) implements LinkEvent {}

    /** An attempt to connect failed. */
    record Refused(String reason) implements LinkEvent {}

    /** The server names an error and the connection goes on: a refused permission, for instance. */
    record Complained(String error) implements LinkEvent {}

    /** The subscriptions of this revision have reached the server. */
    record Settled(long revision) implements LinkEvent {}

    /** Something was lost and nobody knows of which subjects. */
    record Doubt(long incarnation, long count) implements LinkEvent {}

    /** Values found the inbox full. */
    record Missed(long incarnation, List<Loss> losses) implements LinkEvent {
        public Missed {
            losses = List.copyOf(losses);
        }
    }

    /** One message of a subscription. */
    record Received(
            long incarnation,
            String pattern,
            String subject,
            @Nullable Numbering numbering,
            long timestamp,
            Payload payload)
            implements LinkEvent {}

    /**
     * Values of one subject that came by one subscription and were lost.
     *
     * @param last what the source said of the last of them, if it numbers
     */
    record Loss(
            String pattern,
            String subject,
            long count,
            @Nullable Numbering last) {}

    /**
     * A sequence given by the source.
     *
     * @param previous sequence of the message before it on the same subject; -1 when sequences grow by one
     */
    record Numbering(String epoch, long sequence, long previous) {
        public boolean linked() {
            return previous >= 0;
        }
    }
}
