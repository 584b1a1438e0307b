package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.shared.config.WsConfig;

/**
 * What one hub may hold.
 *
 * @param queueMessages values that wait for one connection in mode {@code all}; also its unread answers
 * @param queueBytes bytes of those
 * @param ringMessages recent values kept per subject
 * @param ringBytes recent values kept in all
 * @param subjects channels
 * @param patterns that are wanted from sources at once
 */
public record Limits(int queueMessages, int queueBytes, int ringMessages, long ringBytes, int subjects, int patterns) {
    /** Fifty connections' worth of subjects, and 256 connections' worth of bytes to resume from. */
    public static Limits of(WsConfig config) {
        return new Limits(
                config.queueMessages(),
                config.queueBytes(),
                config.ringMessages(),
                256L * config.queueBytes(),
                50 * config.maxSubscriptions(),
                10 * config.maxSubscriptions());
    }
}
