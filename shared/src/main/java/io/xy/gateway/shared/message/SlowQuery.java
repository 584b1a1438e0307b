package io.xy.gateway.shared.message;

/**
 * Asks one fan-out instance for the connections that take their data most slowly.
 *
 * @param most connections in the answer; at least 1
 */
public record SlowQuery(int most) {}
