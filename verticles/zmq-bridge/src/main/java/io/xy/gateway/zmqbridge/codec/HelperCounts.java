package io.xy.gateway.zmqbridge.codec;

/**
 * What the helper processes have seen since the start.
 *
 * @param waiting payloads that wait now
 * @param restarts times that a process was replaced
 */
public record HelperCounts(int waiting, long done, long refused, long restarts) {}
