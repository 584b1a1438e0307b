package io.xy.gateway.shared.runtime;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who serves what, as one verticle instance has heard it from health reports. Belongs to its owner's event loop.
 *
 * <p>A node that left, or was silent for {@link HealthReporter#SILENCE_MILLIS}, is gone; listeners hear it once.
 */
public final class Directory {
    private static final long SWEEP_MILLIS = 500;

    private record Heard(HealthReport report, long atNanos) {}

    private final Vertx vertx;
    private final Bus bus;
    private final Map<String, Heard> instances = new HashMap<>();
    private final List<Consumer<String>> onGone = new ArrayList<>();
    private final List<Consumer<HealthReport>> onReport = new ArrayList<>();
    private int turn;

    public Directory(Vertx vertx, Bus bus) {
        this.vertx = vertx;
        this.bus = bus;
    }

    /** Starts listening on the calling context and asks everybody to report now. */
    public Future<Void> start() {
        vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
        return Future.all(
                        bus.listen(Contract.HEALTH_REPORT, this::onReport),
                        bus.listen(Contract.CONTROL, this::onControl))
                .map(registered -> {
                    bus.publish(Contract.CONTROL, new Control(Control.Kind.ANNOUNCE, "", ""));
                    return null;
                });
    }

    /** Calls the listener with the name of each node that is gone as a whole. */
    public void onNodeGone(Consumer<String> listener) {
        onGone.add(listener);
    }

    /** Calls the listener with each report. */
    public void onReport(Consumer<HealthReport> listener) {
        onReport.add(listener);
    }

    /**
     * The node to ask: the own one when it qualifies, else one after the other of those that do.
     *
     * @return null when no node qualifies
     */
    public @Nullable String choose(Role role, Predicate<HealthReport> fit) {
        List<String> candidates = new ArrayList<>(4);
        for (Heard heard : instances.values()) {
            HealthReport report = heard.report;
            if (report.role() != role || report.state() == HealthReport.State.DRAINING || !fit.test(report)) {
                continue;
            }
            if (report.node().equals(bus.node())) {
                return report.node();
            }
            if (!candidates.contains(report.node())) {
                candidates.add(report.node());
            }
        }
        if (candidates.isEmpty()) {
            return null;
        }
        candidates.sort(null);
        turn = (turn + 1) & Integer.MAX_VALUE;
        return candidates.get(turn % candidates.size());
    }

    /** The node to ask for anything that plays the role and is not draining. */
    public @Nullable String choose(Role role) {
        return choose(role, report -> true);
    }

    /** All reports that are not too old. */
    public Collection<HealthReport> reports() {
        return instances.values().stream().map(Heard::report).toList();
    }

    private void onReport(HealthReport report) {
        instances.put(key(report), new Heard(report, System.nanoTime()));
        for (Consumer<HealthReport> listener : onReport) {
            listener.accept(report);
        }
    }

    private static String key(HealthReport report) {
        return report.node() + '/' + report.role() + '/' + report.instance();
    }

    private void onControl(Control control) {
        if (control.kind() == Control.Kind.MEMBER_LEFT
                && instances.values().removeIf(heard -> heard.report.node().equals(control.node()))) {
            gone(control.node());
        }
    }

    private void sweep() {
        long oldest = System.nanoTime() - HealthReporter.SILENCE_MILLIS * 1_000_000;
        List<String> silent = new ArrayList<>();
        for (Iterator<Heard> each = instances.values().iterator(); each.hasNext(); ) {
            Heard heard = each.next();
            if (heard.atNanos - oldest < 0) {
                each.remove();
                silent.add(heard.report.node());
            }
        }
        for (String node : silent) {
            if (instances.values().stream()
                    .noneMatch(heard -> heard.report.node().equals(node))) {
                gone(node);
            }
        }
    }

    private void gone(String node) {
        for (Consumer<String> listener : onGone) {
            listener.accept(node);
        }
    }
}
