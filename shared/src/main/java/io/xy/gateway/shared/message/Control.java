package io.xy.gateway.shared.message;

/**
 * Something that every instance should know. Idempotent: hearing it twice changes nothing.
 *
 * @param node the node that it is about; empty for all
 * @param argument what the kind needs, for example the revoked session; else empty
 */
public record Control(Kind kind, String node, String argument) {
    public enum Kind {
        /** Please send your health report now: somebody new listens. */
        ANNOUNCE,
        /** The node has left the cluster; whoever waits for it need wait no longer. */
        MEMBER_LEFT,
        /** The node (or the whole cluster) stops: take nothing new. */
        DRAIN,
        /** A session or user lost its rights. */
        REVOKE,
        /** Close the connections of a user. */
        KICK,
        /** Forget cached answers. */
        PURGE,
        /** Read configuration files again. */
        RELOAD
    }
}
