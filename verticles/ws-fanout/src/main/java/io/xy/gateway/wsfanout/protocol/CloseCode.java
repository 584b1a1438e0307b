package io.xy.gateway.wsfanout.protocol;

/** Close codes of {@code xy.v1} (section 8); the range tells the client what to do. */
public enum CloseCode {
    /** Not ours: what RFC 6455 asks for when the peer breaks it. */
    BROKEN_FRAME(1002, "broken frame"),
    NOT_UTF8(1007, "not UTF-8"),
    RESTART(4000, "restart"),
    DRAINED(4001, "drained"),
    HEARTBEAT_LOST(4002, "heartbeat lost"),
    RATE_LIMITED(4101, "{\"after\":1000,\"code\":\"rate_limited\"}"),
    TOO_SLOW(4102, "{\"after\":1000,\"code\":\"XYW003\"}"),
    TOO_MANY(4103, "{\"after\":5000,\"code\":\"too_many_connections\"}"),
    AUTH_UNAVAILABLE(4104, "{\"after\":1000,\"code\":\"auth_unavailable\"}"),
    EXPIRED(4200, "XYW005 token expired"),
    REVOKED(4201, "revoked"),
    AUTH_TIMEOUT(4202, "XYW001 auth not received in time"),
    INVALID_TOKEN(4203, "XYW005 invalid token"),
    PROTOCOL_ERROR(4300, "protocol error"),
    KICKED(4303, "kicked by operator"),
    TOO_LARGE(4305, "frame too large");

    private final short code;
    private final String reason;

    CloseCode(int code, String reason) {
        this.code = (short) code;
        this.reason = reason;
    }

    public short code() {
        return code;
    }

    /** The first gateway's code for it; empty when it had none. */
    public String legacy() {
        return switch (this) {
            case AUTH_TIMEOUT -> LegacyCode.UNAUTHORISED;
            case TOO_SLOW -> LegacyCode.DROPPED;
            case EXPIRED, INVALID_TOKEN -> LegacyCode.TOKEN_INVALID;
            default -> "";
        };
    }

    /** At most 123 bytes. */
    public String reason() {
        return reason;
    }
}
