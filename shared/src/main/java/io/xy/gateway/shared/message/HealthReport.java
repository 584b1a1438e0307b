package io.xy.gateway.shared.message;

import java.util.List;

/**
 * What a verticle instance says of itself, every second.
 *
 * @param instance number of the instance on its node, from 0
 * @param startedAt milliseconds since 1970
 */
public record HealthReport(
        String node, Role role, int instance, State state, long startedAt, List<Check> checks, List<Figure> figures) {
    public HealthReport {
        checks = List.copyOf(checks);
        figures = List.copyOf(figures);
    }

    public enum State {
        /** Serves everything. */
        UP,
        /** Serves, but something that it needs is missing; callers get coded failures. */
        DEGRADED,
        /** Finishes what it has and takes nothing new. */
        DRAINING
    }

    /**
     * One dependency.
     *
     * @param detail short text without secrets, for operators; empty when there is nothing to say
     */
    public record Check(String name, boolean up, String detail) {}

    /** One number, under its name in health answers. */
    public record Figure(String name, long value) {}

    /** The figure's value, 0 when the report has none of that name. */
    public long figure(String name) {
        for (Figure figure : figures) {
            if (figure.name().equals(name)) {
                return figure.value();
            }
        }
        return 0;
    }

    /** Whether the dependency is there and up. */
    public boolean up(String name) {
        for (Check check : checks) {
            if (check.name().equals(name)) {
                return check.up();
            }
        }
        return false;
    }
}
