package io.xy.gateway.zmqbridge.codec;

import java.nio.charset.StandardCharsets;

/**
 * What a helper process made of a payload.
 *
 * @param status {@code T} for done, {@code F} for a reply that says no, {@code E} for refused
 * @param content the result, or the reason
 */
record HelperAnswer(char status, byte[] content) {
    static HelperAnswer refused(String reason) {
        return new HelperAnswer('E', reason.getBytes(StandardCharsets.UTF_8));
    }

    boolean isRefused() {
        return status != 'T' && status != 'F';
    }

    String reason() {
        return new String(content, StandardCharsets.UTF_8);
    }
}
