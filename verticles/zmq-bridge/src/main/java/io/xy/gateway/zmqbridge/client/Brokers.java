package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.zmqbridge.zmtp.Dealers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The brokers, the preferred one first: which of them live, and which one gets the calls. Belongs to one event loop. */
final class Brokers {
    private static final Logger LOG = LoggerFactory.getLogger(Brokers.class);

    private final Outbox outbox;
    private final Tally tally;
    private final CallDesk desk;
    private final List<BrokerConnection> connections = new ArrayList<>();
    private List<BrokerConnection> reachable = List.of();
    private @Nullable BrokerConnection active;

    /** Opens the connections. */
    Brokers(ClientSettings settings, Dealers dealers, RequestIds ids, CallDesk desk, Outbox outbox, Tally tally) {
        this.outbox = outbox;
        this.tally = tally;
        this.desk = desk;
        for (int i = 0; i < settings.brokers().size(); i++) {
            connections.add(new BrokerConnection(
                    i,
                    settings.brokers().get(i),
                    dealers,
                    ids,
                    settings.heartbeatMillis(),
                    this::onMessage,
                    () -> check(false)));
        }
    }

    /** Number of the broker that gets the calls; -1 when none is reachable. */
    int active() {
        return active == null ? -1 : active.number;
    }

    /**
     * Looks who is lost, asks who is due, and chooses.
     *
     * @param judging whether silence counts: not before everything that has arrived was read
     */
    void check(boolean judging) {
        long now = System.nanoTime();
        List<BrokerConnection> lost = new ArrayList<>(2);
        for (BrokerConnection connection : connections) {
            if (connection.checkLost(now, judging)) {
                lost.add(connection);
            }
            connection.probe(desk.services(), now);
        }
        choose();
        for (BrokerConnection connection : lost) {
            tally.losses++;
            LOG.warn("the broker at {} is lost", connection.endpoint);
            desk.onLost(connection);
        }
    }

    void close() {
        connections.forEach(connection -> connection.dealer.close());
    }

    private void onMessage(BrokerConnection connection, List<byte[]> frames) {
        boolean was = connection.up();
        desk.inbound().onMessage(connection, frames, System.nanoTime());
        if (!was && connection.up()) {
            check(false);
        }
    }

    /** The brokers that are up, in the order of the configuration. */
    private void choose() {
        List<BrokerConnection> up = new ArrayList<>(connections.size());
        for (BrokerConnection connection : connections) {
            if (connection.up()) {
                up.add(connection);
            }
        }
        if (!up.equals(reachable)) {
            reachable = up;
            desk.use(up);
        }
        BrokerConnection best = up.isEmpty() ? null : up.getFirst();
        if (best != active) {
            LOG.info("{}", best == null ? "no broker is reachable" : "calls go to the broker at " + best.endpoint);
            active = best;
            outbox.changed();
        }
    }
}
