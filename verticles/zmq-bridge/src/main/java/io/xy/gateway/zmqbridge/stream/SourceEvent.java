package io.xy.gateway.zmqbridge.stream;

import io.xy.gateway.shared.message.Payload;

/** What the subscriber thread tells the event loop. */
sealed interface SourceEvent {
    /**
     * A value, numbered when it was received, so that whatever is lost afterwards leaves a hole.
     *
     * @param epoch in which the sequence counts
     */
    record Value(String subject, String epoch, long sequence, long timestamp, Payload payload) implements SourceEvent {}

    /**
     * Whether every publisher is connected.
     *
     * @param epoch in which values count from now on
     */
    record Connection(boolean up, String epoch) implements SourceEvent {}
}
