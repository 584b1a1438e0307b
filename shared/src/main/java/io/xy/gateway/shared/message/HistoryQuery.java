package io.xy.gateway.shared.message;

import java.util.List;

/**
 * Asks for recent values of subjects.
 *
 * @param patterns subjects and patterns ({@code *}, {@code >}); a stored history is asked for one subject at a time
 * @param epoch empty for the newest values of each subject, else the incarnation in which {@code after} counts
 * @param after with an epoch: only the values that follow this sequence, oldest first
 * @param subjects most subjects in the answer; at least 1
 * @param values most values per subject; at least 1
 */
public record HistoryQuery(List<String> patterns, String epoch, long after, int subjects, int values) {
    public HistoryQuery {
        patterns = List.copyOf(patterns);
    }
}
