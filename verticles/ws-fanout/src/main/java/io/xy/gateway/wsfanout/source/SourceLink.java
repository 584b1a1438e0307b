package io.xy.gateway.wsfanout.source;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.runtime.Directory;
import io.xy.gateway.wsfanout.hub.Hub;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One kind of source as this instance uses it: which node it takes values from, what that node knows of our wishes, and
 * whether it is still heard. Every answer renews the lease; a missing answer makes its values stale.
 */
final class SourceLink {
    private static final Logger LOG = LoggerFactory.getLogger(SourceLink.class);
    private static final long ANSWER_MILLIS = 800;
    private static final long HISTORY_MILLIS = 4_000;
    private static final String UPSTREAM = "upstream";

    private final Source source;
    private final Bus bus;
    private final Directory directory;
    private final Hub hub;
    private final String consumer;
    private final int leaseMillis;
    private @Nullable String node;
    private long revision;
    private long lastBatch;
    private boolean asked;
    private boolean stale;
    private boolean saidStale;
    private boolean answering;
    /** The list as it became while an answer was awaited. */
    private @Nullable List<String> askAgain;

    SourceLink(Source source, Bus bus, Directory directory, Hub hub, String consumer, int leaseMillis) {
        this.source = source;
        this.bus = bus;
        this.directory = directory;
        this.hub = hub;
        this.consumer = consumer;
        this.leaseMillis = leaseMillis;
    }

    Source source() {
        return source;
    }

    /** The node that values come from; null while there is none. */
    @Nullable
    String node() {
        return node;
    }

    /** Whether values come from there and are live, as far as this instance knows. */
    boolean isUp() {
        return node != null && !stale;
    }

    /** Asks the node that values come from for older ones. */
    Future<History> history(HistoryQuery query) {
        String from = node;
        return from == null
                ? Future.succeededFuture(History.NONE)
                : bus.request(Contract.STREAM_HISTORY, from, query, HISTORY_MILLIS);
    }

    /** Sends the whole list to the best node there is now; nothing when nothing was ever wanted. */
    void renew(List<String> patterns) {
        String best = best();
        if (best == null) {
            lost(UPSTREAM);
            node = null;
            return;
        }
        if (!best.equals(node)) {
            moveTo(best);
        }
        if (patterns.isEmpty() && !asked) {
            return;
        }
        asked = !patterns.isEmpty();
        ask(best, patterns);
    }

    /** The consumer goes away: the source need not wait for the lease to end. */
    void withdraw() {
        if (node instanceof String known && asked) {
            asked = false;
            tell(known);
        }
    }

    void onNodeGone(String gone) {
        if (gone.equals(node)) {
            node = null;
            lost(UPSTREAM);
        }
    }

    /** Takes a batch, unless it is of a node that is no longer ours. */
    void onBatch(StreamBatch batch, long nowMillis) {
        if (!batch.node().equals(node)) {
            return;
        }
        if (lastBatch > 0 && batch.number() > lastBatch + 1) {
            LOG.warn("{}: batches {} to {} of {} are missing", source.word(), lastBatch + 1, batch.number() - 1, node);
            hub.sourceLossy(source.word());
        }
        lastBatch = batch.number();
        for (StreamRecord record : batch.records()) {
            hub.onRecord(source.word(), record, nowMillis);
            if (record.subject().isEmpty() && record.kind() == StreamRecord.Kind.STALE) {
                stale = true;
                saidStale = true;
            } else if (record.subject().isEmpty() && record.kind() == StreamRecord.Kind.LIVE) {
                stale = false;
                saidStale = false;
            }
        }
    }

    private @Nullable String best() {
        String whole = directory.choose(
                source.role(), report -> report.state() == HealthReport.State.UP && source.hasStreams(report));
        if (isStillGood(whole != null)) {
            return node;
        }
        return whole != null ? whole : directory.choose(source.role(), source::hasStreams);
    }

    /** Keeps a node that serves, unless the own node could: a change costs every client an image. */
    private boolean isStillGood(boolean othersAreWhole) {
        String known = node;
        if (known == null) {
            return false;
        }
        boolean good = false;
        for (HealthReport report : directory.reports()) {
            if (report.role() != source.role() || !source.hasStreams(report)) {
                continue;
            }
            boolean whole = report.state() == HealthReport.State.UP;
            if (report.node().equals(bus.node()) && whole && !known.equals(bus.node())) {
                return false;
            }
            if (report.node().equals(known)) {
                good |= whole || !othersAreWhole && report.state() == HealthReport.State.DEGRADED;
            }
        }
        return good;
    }

    private void moveTo(String other) {
        if (node instanceof String old && asked) {
            tell(old);
        }
        if (node != null) {
            lost(UPSTREAM);
        }
        LOG.info("{}: values come from {}", source.word(), other);
        node = other;
        lastBatch = 0;
        saidStale = false;
    }

    private void ask(String to, List<String> patterns) {
        if (answering) {
            askAgain = patterns;
            return;
        }
        answering = true;
        askAgain = null;
        bus.request(
                        source.address(),
                        to,
                        new Interest(bus.node(), consumer, ++revision, patterns, leaseMillis),
                        ANSWER_MILLIS)
                .onComplete(done -> {
                    answering = false;
                    onAnswer(to, done);
                    if (askAgain != null && node != null) {
                        ask(node, askAgain);
                    }
                });
    }

    private void onAnswer(String from, AsyncResult<InterestAck> done) {
        if (!from.equals(node)) {
            return;
        }
        if (done.failed()) {
            LOG.debug("{}: {} did not answer", source.word(), from);
            lost(UPSTREAM);
        } else if (!done.result().connected()) {
            lost(UPSTREAM);
        } else if (stale && !saidStale) {
            stale = false;
            hub.sourceLive(source.word());
        }
    }

    private void tell(String old) {
        bus.request(
                        source.address(),
                        old,
                        new Interest(bus.node(), consumer, ++revision, List.of(), leaseMillis),
                        ANSWER_MILLIS)
                .onFailure(e -> LOG.debug("{}: {} did not hear the withdrawal", source.word(), old));
    }

    private void lost(String reason) {
        if (!stale) {
            stale = true;
            hub.sourceStale(source.word(), reason, System.currentTimeMillis());
        }
    }
}
