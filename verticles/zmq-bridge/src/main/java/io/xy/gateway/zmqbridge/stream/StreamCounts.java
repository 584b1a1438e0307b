package io.xy.gateway.zmqbridge.stream;

/**
 * What the streams have seen since the start.
 *
 * @param sources that are configured
 * @param consumers fan-out instances that want something now
 * @param dropped values that were lost or overtaken after they were received
 * @param unread messages that could not be read, or that no mapping fits
 * @param waiting values that wait for the event loop now
 * @param connected whether every publisher is connected
 */
public record StreamCounts(
        int sources, int consumers, long received, long dropped, long unread, int waiting, boolean connected) {}
