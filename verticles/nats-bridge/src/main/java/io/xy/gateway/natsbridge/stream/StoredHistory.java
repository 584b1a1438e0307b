package io.xy.gateway.natsbridge.stream;

import io.vertx.core.Future;
import io.xy.gateway.natsbridge.link.Fetch;
import io.xy.gateway.natsbridge.link.Fetched;
import io.xy.gateway.natsbridge.link.Fetched.Stored;
import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.config.StreamsConfig.Rule;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.StreamRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Answers what a JetStream stream keeps of one subject. Belongs to the bridge's event loop. */
public final class StoredHistory {
    /** Values of one answer. */
    static final int MAX_VALUES = 1_000;

    private static final int MAX_BYTES = 4 << 20;
    private static final String REASON = "history";

    private final StreamsConfig catalogue;
    private final Function<Fetch, Future<Fetched>> store;

    /**
     * @param store reads, and fails after a limit of its own
     */
    public StoredHistory(StreamsConfig catalogue, Function<Fetch, Future<Fetched>> store) {
        this.catalogue = catalogue;
        this.store = store;
    }

    /** Nothing for a subject of which no stream is configured, and for an epoch that is not the stream's. */
    public Future<History> onQuery(HistoryQuery query) {
        String subject = query.patterns().size() == 1 ? query.patterns().get(0) : "";
        Rule rule = StreamSubjects.isStream(subject) ? catalogue.ruleOf(subject) : null;
        if (rule == null || rule.history().isEmpty()) {
            return Future.succeededFuture(History.NONE);
        }
        long after = query.epoch().isEmpty() ? 0 : Math.max(0, query.after());
        int values = Math.clamp(query.values(), 1, MAX_VALUES);
        return store.apply(new Fetch(rule.history(), subject, Fetch.Kind.NEWEST, after, values))
                .map(fetched -> query.epoch().isEmpty() || query.epoch().equals(fetched.epoch())
                        ? answer(subject, after, fetched)
                        : History.NONE);
    }

    private static History answer(String subject, long after, Fetched fetched) {
        List<Stored> values = newest(fetched.values());
        if (values.isEmpty() && after == 0) {
            return History.NONE;
        }
        boolean complete =
                fetched.complete() && values.size() == fetched.values().size();
        List<StreamRecord> records = new ArrayList<>();
        boolean evicted = fetched.perSubject() > 0 && values.size() >= fetched.perSubject();
        if (after > 0 && (!complete || evicted || fetched.first() > after + 1)) {
            long to = values.isEmpty() ? fetched.last() : values.get(0).sequence() - 1;
            if (to > after) {
                records.add(
                        StreamRecord.gap(subject, fetched.epoch(), after + 1, to, REASON, System.currentTimeMillis()));
            }
        }
        for (Stored value : values) {
            records.add(
                    StreamRecord.value(subject, fetched.epoch(), value.sequence(), value.timestamp(), value.payload()));
        }
        return new History(List.of(new History.Past(subject, Outbox.SOURCE, true, complete, records)));
    }

    /** As many of the newest as one answer may hold. */
    private static List<Stored> newest(List<Stored> values) {
        long bytes = 0;
        for (int i = values.size() - 1; i >= 0; i--) {
            bytes += values.get(i).payload().length();
            if (bytes > MAX_BYTES) {
                return values.subList(i + 1, values.size());
            }
        }
        return values;
    }
}
