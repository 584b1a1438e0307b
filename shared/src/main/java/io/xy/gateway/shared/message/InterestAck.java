package io.xy.gateway.shared.message;

/**
 * A source's answer to an interest.
 *
 * @param node the source's node
 * @param epoch incarnation of the source; another epoch means that sequences started anew
 * @param connected whether the source is connected to its server now
 */
public record InterestAck(String node, String epoch, boolean connected) {}
