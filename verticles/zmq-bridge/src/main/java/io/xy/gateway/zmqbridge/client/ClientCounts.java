package io.xy.gateway.zmqbridge.client;

import java.util.Map;

/**
 * What the calling side has seen since it started.
 *
 * @param pending calls that wait for an answer of a service now
 * @param queued calls that wait to be sent now
 * @param late answers that came after their deadline
 * @param duplicates further answers to a call that was answered
 * @param mismatched messages that belong to no call of ours, or not to that service or connection
 * @param timeouts calls whose deadline passed
 * @param retries repeats that were sent
 * @param losses times that a broker was lost
 * @param broker number of the broker in use, from 0; -1 when there is none
 * @param breakers state by service: 0 closed, 1 half open, 2 open
 */
public record ClientCounts(
        int pending,
        int queued,
        long calls,
        long late,
        long duplicates,
        long mismatched,
        long timeouts,
        long retries,
        long losses,
        int broker,
        Map<String, Integer> breakers) {
    public ClientCounts {
        breakers = Map.copyOf(breakers);
    }

    /** Whether a broker is reachable. */
    public boolean connected() {
        return broker >= 0;
    }
}
