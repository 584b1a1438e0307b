package io.xy.gateway.wsfanout.protocol;

import io.xy.gateway.shared.error.GatewayError;

/** Codes of the first NATS gateway (requirement N8), which its operators still look for in answers, logs and counters. */
public final class LegacyCode {
    public static final String UNAUTHORISED = "XYW001";
    public static final String SUBJECT_REFUSED = "XYW002";
    public static final String DROPPED = "XYW003";
    public static final String SOURCE_LOST = "XYW004";
    public static final String TOKEN_INVALID = "XYW005";

    private LegacyCode() {}

    /** The code for an error on a socket; empty when the first gateway had none. */
    public static String of(GatewayError error) {
        return switch (error) {
            case FORBIDDEN -> SUBJECT_REFUSED;
            case UNAUTHORIZED, TOKEN_EXPIRED -> TOKEN_INVALID;
            case UPSTREAM_DOWN -> SOURCE_LOST;
            default -> "";
        };
    }
}
