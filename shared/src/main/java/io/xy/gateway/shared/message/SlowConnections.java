package io.xy.gateway.shared.message;

import java.util.Comparator;
import java.util.List;

/** The connections of one fan-out instance that take their data most slowly, the slowest first. */
public record SlowConnections(List<Connection> connections) {
    public static final SlowConnections NONE = new SlowConnections(List.of());

    public SlowConnections {
        connections = List.copyOf(connections);
    }

    /**
     * One of them.
     *
     * @param id as in logs
     * @param user empty until it is known
     * @param entries values, marks and answers that wait
     * @param bytes of the values among them
     * @param blockedMillis since it last took anything while something waits; 0 when it takes what comes
     */
    public record Connection(String id, String user, long entries, long bytes, long blockedMillis, int subscriptions) {
        /** Those that take nothing for the longest time first; among equals those for which most waits. */
        public static final Comparator<Connection> SLOWEST_FIRST = Comparator.comparingLong(Connection::blockedMillis)
                .thenComparingLong(Connection::entries)
                .reversed();
    }
}
