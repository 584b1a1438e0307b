package io.xy.gateway.zmqbridge.majordomo;

/**
 * What a broker has seen, in messages since it started.
 *
 * @param malformed frames that follow no rule
 * @param refused READY for a reserved, impossible or surplus service, or a second one
 * @param foreign replies from a worker that was not given the request, or not any more
 * @param expired requests that waited too long
 * @param overflowed requests dropped because too many waited
 * @param lost requests whose worker went away
 * @param undeliverable messages to peers that are gone
 */
public record BrokerCounts(
        int services,
        int workers,
        int waiting,
        long requests,
        long replies,
        long malformed,
        long refused,
        long foreign,
        long expired,
        long overflowed,
        long lost,
        long undeliverable) {
    public static final BrokerCounts NONE = new BrokerCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
