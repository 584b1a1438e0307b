package io.xy.gateway.natsbridge.link;

/**
 * What to read from a JetStream stream.
 *
 * @param stream its name
 * @param pattern subjects as they are published to subscribers; one without wildcards for {@link Kind#NEWEST}
 * @param after only messages behind this sequence; 0 for all
 * @param values most messages to read
 */
public record Fetch(String stream, String pattern, Kind kind, long after, int values) {
    public enum Kind {
        /** Everything there is, or nothing when it is more than {@code values}. */
        ALL,
        /** The newest message of each subject. */
        LAST_OF_EACH,
        /** The newest messages, oldest of them first. */
        NEWEST
    }
}
