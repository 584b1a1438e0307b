package io.xy.gateway.zmqbridge.majordomo;

/** Counters of the broker's thread; others see the {@link BrokerCounts} made of them. */
final class BrokerTally {
    long requests;
    long replies;
    long malformed;
    long refused;
    long foreign;
    long expired;
    long overflowed;
    long lost;
    long undeliverable;

    BrokerCounts snapshot(int services, int workers, int waiting) {
        return new BrokerCounts(
                services,
                workers,
                waiting,
                requests,
                replies,
                malformed,
                refused,
                foreign,
                expired,
                overflowed,
                lost,
                undeliverable);
    }
}
