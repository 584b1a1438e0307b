package io.xy.gateway.health.probe;

import java.util.List;

/**
 * The last known state of one configured database.
 *
 * @param decides whether {@code /health} depends on it
 * @param up it answered the last question in time
 * @param detail why not; empty when up
 * @param missing required tables or constraints that are not there; empty while down
 * @param sinceMillis when it came to be up or down, in milliseconds since 1970
 * @param answerMicros how long the last answer took; 0 while down
 */
public record Standing(
        String name,
        boolean decides,
        boolean up,
        String detail,
        List<String> missing,
        long sinceMillis,
        long answerMicros) {
    public Standing {
        missing = List.copyOf(missing);
    }
}
