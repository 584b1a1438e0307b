package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.StreamRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An answer of what a hub keeps, as far as it is asked for and fits. */
final class Recent {
    private static final int MAX_SUBJECTS = 1_000;
    private static final int MAX_VALUES = 1_000;
    private static final int MAX_BYTES = 4 << 20;

    private final int subjects;
    private final int values;
    private final Map<Channel, History.Past> found = new LinkedHashMap<>();
    private long bytes;

    Recent(HistoryQuery query) {
        this.subjects = Math.clamp(query.subjects(), 1, MAX_SUBJECTS);
        this.values = Math.clamp(query.values(), 1, MAX_VALUES);
    }

    void add(Channel channel) {
        if (found.size() >= subjects || bytes >= MAX_BYTES || found.containsKey(channel)) {
            return;
        }
        List<StreamRecord> records = channel.recent(values).stream()
                .map(value -> StreamRecord.value(
                        channel.subject(), value.epoch(), value.sequence(), value.timestamp(), value.payload()))
                .toList();
        for (StreamRecord record : records) {
            bytes += 64 + record.payload().length();
        }
        found.put(
                channel,
                new History.Past(
                        channel.subject(),
                        channel.source(),
                        channel.stale() == null,
                        channel.kept() <= records.size(),
                        records));
    }

    History history() {
        return new History(List.copyOf(found.values()));
    }
}
