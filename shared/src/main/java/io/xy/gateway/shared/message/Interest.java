package io.xy.gateway.shared.message;

import java.util.List;

/**
 * What one fan-out instance wants from a source; always the whole list, so that a renewal heals every loss.
 *
 * @param node node of the consumer
 * @param consumer the consumer's own bus address, which batches are sent to
 * @param revision grows by one with each change of the list; an older revision is ignored
 * @param patterns subjects and patterns ({@code *}, {@code >}); empty withdraws everything
 * @param leaseMillis the source forgets the consumer when nothing comes for so long
 */
public record Interest(String node, String consumer, long revision, List<String> patterns, int leaseMillis) {
    public Interest {
        patterns = List.copyOf(patterns);
    }
}
