package io.xy.gateway.natsbridge;

import io.xy.gateway.natsbridge.link.LinkEvent;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Check;
import io.xy.gateway.shared.message.HealthReport.Figure;
import io.xy.gateway.shared.message.HealthReport.State;
import io.xy.gateway.shared.message.Role;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the bridge says of itself, and its log of coming and going: once per outage. On the bridge's event loop. */
final class BridgeHealth {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeHealth.class);

    private final String node;
    private final int instance;
    private final Supplier<String> noServer;
    private final Supplier<List<Figure>> figures;
    private final long startedAt = System.currentTimeMillis();

    private String server = "";
    private String trouble = "connecting";
    private boolean up;
    private boolean told;
    private boolean draining;
    private long reconnects;
    private long errors;
    private long losses;

    /**
     * @param noServer why there is no server to connect to, empty when there is one
     */
    BridgeHealth(String node, int instance, Supplier<String> noServer, Supplier<List<Figure>> figures) {
        this.node = node;
        this.instance = instance;
        this.noServer = noServer;
        this.figures = figures;
    }

    /** Whether the report is another one now. */
    boolean onEvent(LinkEvent event) {
        switch (event) {
            case LinkEvent.Connected now -> server = now.server();
            case LinkEvent.Ready ready -> onUp(ready.incarnation());
            case LinkEvent.Lost lost -> onDown(lost.reason());
            case LinkEvent.Refused refused -> onDown(refused.reason());
            case LinkEvent.Complained complaint -> errors++;
            default -> {
                return false;
            }
        }
        return true;
    }

    void drain() {
        draining = true;
    }

    long reconnects() {
        return reconnects;
    }

    /** Errors that the server named while the connection went on. */
    long errors() {
        return errors;
    }

    /** How often NATS went away, or was not there at the start. */
    long losses() {
        return losses;
    }

    HealthReport report() {
        String missing = up ? "" : noServer.get();
        String detail = up ? "connected to " + server : missing.isEmpty() ? trouble : missing;
        State state = draining ? State.DRAINING : up ? State.UP : State.DEGRADED;
        return new HealthReport(
                node,
                Role.NATS_BRIDGE,
                instance,
                state,
                startedAt,
                List.of(new Check("nats", up, detail)),
                figures.get());
    }

    private void onUp(long incarnation) {
        up = true;
        told = false;
        if (incarnation > 1) {
            reconnects++;
        }
        LOG.info("NATS is connected: {}", server);
    }

    private void onDown(String reason) {
        up = false;
        trouble = reason;
        if (!told) {
            told = true;
            losses++;
            LOG.warn("NATS is lost (XYW004), it is tried again for ever: {}", reason);
        }
    }
}
