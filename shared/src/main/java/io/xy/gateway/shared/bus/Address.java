package io.xy.gateway.shared.bus;

/**
 * One line of the {@link Contract}.
 *
 * @param name without node or instance
 * @param key what completes the name: {@code node}, {@code node and instance}, or empty
 * @param message class of the message
 * @param reply class of the answer; {@code Void} for publications
 * @param scope who is reached
 * @param bound what keeps the traffic finite
 * @param promise what a sender may count on
 */
public record Address<M, R>(
        String name,
        Pattern pattern,
        String key,
        Class<M> message,
        Class<R> reply,
        String sender,
        String receiver,
        Scope scope,
        String bound,
        String promise) {
    public enum Pattern {
        REQUEST,
        PUBLISH
    }

    public enum Scope {
        /** Every instance of the cluster. */
        CLUSTER,
        /** The own node when it has a healthy receiver, else a node chosen by name. */
        NEAREST
    }
}
