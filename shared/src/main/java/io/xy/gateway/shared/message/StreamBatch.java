package io.xy.gateway.shared.message;

import java.util.List;

/**
 * Records of one source for one consumer, in order.
 *
 * @param source the source's name as in {@code xy.stream.interest.<source>}
 * @param node the source's node
 * @param number grows by one per batch and consumer, so that a hole is seen
 */
public record StreamBatch(String source, String node, long number, List<StreamRecord> records) {
    public StreamBatch {
        records = List.copyOf(records);
    }
}
