package io.xy.gateway.httpapi.streams;

import io.vertx.core.Future;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.config.StreamsConfig.Rule;
import io.xy.gateway.shared.config.route.RouteTarget.Streams;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.History.Past;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.runtime.Directory;
import io.xy.gateway.shared.security.StreamEntitlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every fan-out instance, and the bridge for what is stored. Belongs to the event loop of its owner. */
public final class StreamDesk {
    private static final Logger LOG = LoggerFactory.getLogger(StreamDesk.class);
    private static final int MAX_INSTANCES = 256;
    private static final long RECENT_MILLIS = 1_000;
    private static final long STORED_MILLIS = 4_000;

    private final Bus bus;
    private final Directory directory;
    private final StreamsConfig catalogue;
    private final StreamEntitlement entitlement;

    public StreamDesk(Bus bus, Directory directory, StreamsConfig catalogue, StreamEntitlement entitlement) {
        this.bus = bus;
        this.directory = directory;
        this.catalogue = catalogue;
        this.entitlement = entitlement;
    }

    public Stage target(Streams rule) {
        return new StreamsTarget(rule, this, entitlement);
    }

    StreamsConfig catalogue() {
        return catalogue;
    }

    /** The last value of each subject under the patterns that some fan-out instance has, by subject. */
    Future<Map<String, Past>> last(List<String> patterns, int subjects, Deadline deadline) {
        if (patterns.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return recent(new HistoryQuery(patterns, "", 0, subjects, 1), deadline);
    }

    /** The newest values of the subject, oldest first; null when nothing is known of it. */
    Future<@Nullable Past> history(String subject, int values, Deadline deadline) {
        HistoryQuery query = new HistoryQuery(List.of(subject), "", 0, 1, values);
        Future<Map<String, Past>> kept = recent(query, deadline);
        Future<@Nullable Past> stored = stored(subject, query, deadline);
        return Future.all(kept, stored).map(both -> joined(kept.result().get(subject), stored.result(), values));
    }

    private Future<@Nullable Past> stored(String subject, HistoryQuery query, Deadline deadline) {
        Rule rule = catalogue.ruleOf(subject);
        String node = rule == null || rule.history().isEmpty() ? null : directory.choose(Role.NATS_BRIDGE);
        if (node == null) {
            return Future.succeededFuture();
        }
        return bus.request(Contract.STREAM_HISTORY, node, query, Math.min(STORED_MILLIS, deadline.remainingMillis()))
                .<@Nullable Past>map(history ->
                        history.subjects().isEmpty() ? null : history.subjects().get(0))
                .recover(e -> {
                    LOG.debug("{} did not tell what is stored of {}: {}", node, subject, e.getMessage());
                    return Future.succeededFuture();
                });
    }

    private Future<Map<String, Past>> recent(HistoryQuery query, Deadline deadline) {
        List<Future<History>> answers = new ArrayList<>();
        for (HealthReport report : directory.reports()) {
            if (report.role() == Role.WS_FANOUT && answers.size() < MAX_INSTANCES) {
                String instance = report.node() + "/ws-" + report.instance();
                answers.add(bus.request(
                                Contract.STREAM_RECENT,
                                instance,
                                query,
                                Math.min(RECENT_MILLIS, deadline.remainingMillis()))
                        .recover(e -> {
                            LOG.debug("{} did not tell what it keeps: {}", instance, e.getMessage());
                            return Future.succeededFuture(History.NONE);
                        }));
            }
        }
        return Future.join(answers).map(all -> {
            Map<String, Past> newest = new TreeMap<>();
            answers.forEach(answer ->
                    answer.result().subjects().forEach(past -> newest.merge(past.subject(), past, StreamDesk::better)));
            return newest;
        });
    }

    /** Of two instances' knowledge the newer, else the longer. */
    private static Past better(Past one, Past other) {
        long difference = timestamp(other) - timestamp(one);
        boolean longer = other.records().size() > one.records().size();
        return difference > 0 || difference == 0 && longer ? other : one;
    }

    private static long timestamp(Past past) {
        return past.records().isEmpty()
                ? 0
                : past.records().get(past.records().size() - 1).timestamp();
    }

    /** What is stored, and behind it what the fan-out has already and the stream had not yet. */
    private static @Nullable Past joined(@Nullable Past kept, @Nullable Past stored, int values) {
        if (kept == null || stored == null || stored.records().isEmpty()) {
            return kept == null ? stored : kept;
        }
        StreamRecord last = stored.records().get(stored.records().size() - 1);
        List<StreamRecord> records = new ArrayList<>(stored.records());
        for (StreamRecord record : kept.records()) {
            if (!record.epoch().equals(last.epoch())) {
                return kept.records().size() > stored.records().size() ? kept : stored;
            }
            if (record.sequence() > last.sequence()) {
                records.add(record);
            }
        }
        List<StreamRecord> newest = records.subList(Math.max(0, records.size() - values), records.size());
        boolean complete = stored.complete() && newest.size() == records.size();
        return new Past(stored.subject(), stored.source(), kept.live(), complete, newest);
    }
}
