package io.xy.gateway.shared.runtime;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import java.util.function.Supplier;

/** Publishes one instance's report every second, on demand and when its owner says that something changed. */
public final class HealthReporter {
    /** A sender that has been silent for longer counts as down. */
    public static final long SILENCE_MILLIS = 3_000;

    private static final long INTERVAL_MILLIS = 1_000;

    private final Vertx vertx;
    private final Bus bus;
    private final Supplier<HealthReport> report;
    private long timer = -1;

    /**
     * @param report builds the current report; called on the owner's context
     */
    public HealthReporter(Vertx vertx, Bus bus, Supplier<HealthReport> report) {
        this.vertx = vertx;
        this.bus = bus;
        this.report = report;
    }

    /** Starts reporting on the calling context. */
    public Future<Void> start() {
        timer = vertx.setPeriodic(INTERVAL_MILLIS, id -> now());
        return bus.listen(Contract.CONTROL, this::onControl).map(registration -> {
            now();
            return null;
        });
    }

    /** Sends the report at once: something changed. */
    public void now() {
        bus.publish(Contract.HEALTH_REPORT, report.get());
    }

    public void stop() {
        if (timer != -1) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }

    private void onControl(Control control) {
        if (control.kind() == Control.Kind.ANNOUNCE) {
            now();
        }
    }
}
