package io.xy.gateway.zmqbridge.client;

import java.util.Map;

/** Counters of the calling side; others see the {@link ClientCounts} made of them. */
final class Tally {
    long calls;
    long late;
    long duplicates;
    long mismatched;
    long timeouts;
    long retries;
    long losses;

    ClientCounts snapshot(int pending, int queued, int broker, Map<String, Integer> breakers) {
        return new ClientCounts(
                pending, queued, calls, late, duplicates, mismatched, timeouts, retries, losses, broker, breakers);
    }
}
