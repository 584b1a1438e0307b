package io.xy.gateway.wsfanout.source;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.runtime.Directory;
import io.xy.gateway.wsfanout.hub.Hub;
import io.xy.gateway.wsfanout.hub.InterestBook;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings values into the hub: tells the sources what this instance wants, takes their batches, and notices when one is
 * no longer there. Belongs to the instance's event loop.
 */
public final class Sources {
    /** Changes of the list are sent at most this often: a storm of subscribers is one change for a source. */
    private static final long DAMP_MILLIS = 50;

    private final Vertx vertx;
    private final Bus bus;
    private final Directory directory;
    private final InterestBook interest;
    private final String consumer;
    private final int leaseMillis;
    private final List<SourceLink> links = new ArrayList<>();
    private long renewal = -1;
    private boolean changePending;
    private long changedAt;

    /**
     * @param consumer the key under which batches are served
     */
    public Sources(
            Vertx vertx,
            Bus bus,
            Directory directory,
            Hub hub,
            InterestBook interest,
            String consumer,
            int leaseMillis) {
        this.vertx = vertx;
        this.bus = bus;
        this.directory = directory;
        this.interest = interest;
        this.consumer = consumer;
        this.leaseMillis = leaseMillis;
        for (Source source : Source.values()) {
            links.add(new SourceLink(source, bus, directory, hub, consumer, leaseMillis));
        }
        hub.past(this::history);
    }

    public Future<Void> start() {
        interest.onChange(this::onChange);
        directory.onNodeGone(node -> {
            links.forEach(link -> link.onNodeGone(node));
            renew();
        });
        directory.onReport(this::onReport);
        renewal = vertx.setPeriodic(Math.max(1, leaseMillis / 3), id -> renew());
        return bus.serve(Contract.STREAM_BATCH, consumer, this::onBatch).mapEmpty();
    }

    public void stop() {
        if (renewal != -1) {
            vertx.cancelTimer(renewal);
            renewal = -1;
        }
        links.forEach(SourceLink::withdraw);
    }

    /** One line per kind of source, for the health report. */
    public List<HealthReport.Check> checks() {
        List<HealthReport.Check> checks = new ArrayList<>();
        for (SourceLink link : links) {
            if (link.node() instanceof String node) {
                checks.add(new HealthReport.Check("source-" + link.source().word(), link.isUp(), node));
            }
        }
        return checks;
    }

    /** What is stored is stored by streams of NATS. */
    private Future<History> history(HistoryQuery query) {
        for (SourceLink link : links) {
            if (link.source() == Source.NATS) {
                return link.history(query);
            }
        }
        return Future.succeededFuture(History.NONE);
    }

    private Future<Credit> onBatch(StreamBatch batch) {
        long now = System.currentTimeMillis();
        for (SourceLink link : links) {
            if (link.source().word().equals(batch.source())) {
                link.onBatch(batch, now);
            }
        }
        return Future.succeededFuture(new Credit(batch.number()));
    }

    /** A source came, went or changed: see at once whether a better one is there. */
    private void onReport(HealthReport report) {
        for (SourceLink link : links) {
            if (link.source().role() == report.role() && isNews(link, report)) {
                onChange();
            }
        }
    }

    /** Ours is no longer whole, there was none, or the own node's is there again. */
    private boolean isNews(SourceLink link, HealthReport report) {
        boolean whole = report.state() == HealthReport.State.UP;
        if (link.node() == null) {
            return whole;
        }
        boolean ours = report.node().equals(link.node());
        return ours ? !whole : whole && report.node().equals(bus.node());
    }

    private void onChange() {
        if (changePending) {
            return;
        }
        changePending = true;
        long wait = changedAt + DAMP_MILLIS - System.currentTimeMillis();
        vertx.setTimer(Math.max(1, wait), id -> {
            changePending = false;
            changedAt = System.currentTimeMillis();
            renew();
        });
    }

    private void renew() {
        List<String> patterns = interest.patterns();
        links.forEach(link -> link.renew(patterns));
    }
}
