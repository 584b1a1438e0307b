package io.xy.gateway.zmqbridge.majordomo;

import java.util.Set;

/**
 * How a broker behaves. Durations in milliseconds.
 *
 * @param bind TCP endpoint; port {@code 0} or {@code *} takes a free one
 * @param heartbeatMillis interval of heartbeats to workers
 * @param expiryMillis an idle worker that was silent for longer is gone
 * @param busyExpiryMillis a worker that has worked on one request for longer, silently, is gone
 * @param requestExpiryMillis a request that waited for longer is dropped: its caller has given up
 * @param queue requests that may wait per service
 * @param plainServices services whose messages carry no request-id frame
 */
public record BrokerSettings(
        String bind,
        long heartbeatMillis,
        long expiryMillis,
        long busyExpiryMillis,
        long requestExpiryMillis,
        int queue,
        int maxServices,
        int maxWorkers,
        int maxMessageBytes,
        Set<String> plainServices,
        Dispatch dispatch) {
    public BrokerSettings {
        plainServices = Set.copyOf(plainServices);
    }

    /** Who gets the next request of a service. */
    public enum Dispatch {
        /** The worker that registered first, one request at a time; the others stand by. Only {@code APP} is shared. */
        DESIGNATED,
        /** The worker that has been idle for longest. */
        SHARED
    }

    /** The desk's timings: a heartbeat each second, five of them missed is too many. */
    public static BrokerSettings desk(String bind) {
        return new BrokerSettings(
                bind, 1_000, 5_000, 35_000, 5_000, 1_000, 1_000, 1_000, 4 << 20, Set.of(), Dispatch.DESIGNATED);
    }
}
