package io.xy.gateway.shared.error;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every way in which the gateway says no: one code, its HTTP status, its WebSocket close code, whether a repeat can
 * help, and how loud the log is.
 *
 * <p>The code is a promise to clients (RFC 9457 member {@code code}, {@code err} records of {@code xy.v1}, metric
 * label); its text never changes once released.
 */
public enum GatewayError {
    BAD_REQUEST("bad_request", 400, 4300, false, Loudness.CLIENT, "The request cannot be understood"),
    UNAUTHORIZED("unauthorized", 401, 4203, false, Loudness.CLIENT, "A valid token is needed"),
    TOKEN_EXPIRED("token_expired", 401, 4200, false, Loudness.CLIENT, "The token has expired"),
    FORBIDDEN("forbidden", 403, 4302, false, Loudness.CLIENT, "The caller may not do this"),
    NOT_FOUND("not_found", 404, 4300, false, Loudness.CLIENT, "There is nothing at this address"),
    METHOD_NOT_ALLOWED("method_not_allowed", 405, 4300, false, Loudness.CLIENT, "The method is not served here"),
    CONFLICT("conflict", 409, 4300, false, Loudness.CLIENT, "Another call with the same key is under way"),
    TOO_LARGE("too_large", 413, 4305, false, Loudness.CLIENT, "The body or frame is too large"),
    URI_TOO_LONG("uri_too_long", 414, 4300, false, Loudness.CLIENT, "The request target is too long"),
    UNSUPPORTED_MEDIA_TYPE(
            "unsupported_media_type", 415, 4300, false, Loudness.CLIENT, "This content type is not accepted"),
    EXPECTATION_FAILED("expectation_failed", 417, 4300, false, Loudness.CLIENT, "The expectation cannot be met"),
    UNPROCESSABLE("unprocessable", 422, 4300, false, Loudness.CLIENT, "The content is well formed but cannot be used"),
    INSTRUCTION_INVALID("instruction_invalid", 422, 4300, false, Loudness.CLIENT, "The instruction cannot be read"),
    INSTRUCTION_UNSUPPORTED(
            "instruction_unsupported", 422, 4300, false, Loudness.CLIENT, "This kind of instruction is not served"),
    REFUSED("refused", 422, 4300, false, Loudness.CLIENT, "The service refused the call"),
    TOO_MANY_SUBSCRIPTIONS("too_many_subs", 429, 4101, false, Loudness.CLIENT, "Too many subscriptions"),
    RATE_LIMITED("rate_limited", 429, 4101, true, Loudness.CLIENT, "Too many requests"),
    HEADERS_TOO_LARGE("headers_too_large", 431, 4300, false, Loudness.CLIENT, "The header section is too large"),
    CANCELLED("cancelled", 499, 4000, false, Loudness.CLIENT, "The caller went away"),
    INTERNAL("internal", 500, 4000, false, Loudness.OURS, "Something went wrong in the gateway"),
    NOT_IMPLEMENTED("not_implemented", 501, 4300, false, Loudness.CLIENT, "The method is not known"),
    SERVICE_FAILED("service_failed", 502, 4000, false, Loudness.PEER, "The service failed"),
    BAD_REPLY("bad_reply", 502, 4000, false, Loudness.PEER, "The service answered something that cannot be used"),
    NO_SERVICE("no_service", 503, 4104, true, Loudness.PEER, "No instance of the service is reachable"),
    OVERLOADED("overloaded", 503, 4100, true, Loudness.PEER, "Too much work is waiting"),
    UPSTREAM_DOWN("upstream_down", 503, 4104, true, Loudness.PEER, "The back end is not connected"),
    CIRCUIT_OPEN("circuit_open", 503, 4104, true, Loudness.PEER, "The back end failed too often and is being spared"),
    DRAINING("draining", 503, 4001, true, Loudness.PEER, "This node is being stopped"),
    TIMEOUT("timeout", 504, 4000, true, Loudness.PEER, "No answer came in time"),
    UNRECOVERABLE("unrecoverable", 410, 4000, false, Loudness.CLIENT, "The missed values are no longer kept"),
    HTTP_VERSION("http_version", 505, 4300, false, Loudness.CLIENT, "This HTTP version is not spoken"),
    BODY_TIMEOUT("body_timeout", 408, 4300, true, Loudness.CLIENT, "The body did not come in time"),
    LEDGER_UNAVAILABLE(
            "ledger_unavailable", 503, 4104, true, Loudness.PEER, "The outcome of a call with a key cannot be kept"),
    AUTH_UNAVAILABLE("auth_unavailable", 503, 4104, true, Loudness.PEER, "Tokens cannot be checked now");

    /** Who caused it; decides the log level. A client's mistake is never an error of ours. */
    public enum Loudness {
        /** Logged at debug. */
        CLIENT,
        /** Logged at warn. */
        PEER,
        /** Logged at error. */
        OURS
    }

    private static final Map<String, GatewayError> BY_CODE = new HashMap<>();

    static {
        for (GatewayError error : values()) {
            BY_CODE.put(error.code, error);
        }
    }

    private final String code;
    private final int status;
    private final int closeCode;
    private final boolean retry;
    private final Loudness loudness;
    private final String title;

    GatewayError(String code, int status, int closeCode, boolean retry, Loudness loudness, String title) {
        this.code = code;
        this.status = status;
        this.closeCode = closeCode;
        this.retry = retry;
        this.loudness = loudness;
        this.title = title;
    }

    /** The error with this code, or null when no such code exists. */
    public static @Nullable GatewayError of(String code) {
        return BY_CODE.get(code);
    }

    public String code() {
        return code;
    }

    /** HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /** WebSocket close code of {@code xy.v1}, used when the error ends a connection; 4000 to 4399. */
    public int closeCode() {
        return closeCode;
    }

    /** Whether the same call can succeed later without being changed. */
    public boolean retry() {
        return retry;
    }

    public Loudness loudness() {
        return loudness;
    }

    /** One English sentence without details of the case. */
    public String title() {
        return title;
    }

    /** A failure of this kind for a call that was certainly not executed. */
    public Failure notExecuted(String detail) {
        return new Failure(this, Outcome.NOT_EXECUTED, detail, 0);
    }

    /** A failure of this kind for a call that ran. */
    public Failure executed(String detail) {
        return new Failure(this, Outcome.EXECUTED, detail, 0);
    }

    /** A failure of this kind for a call that may have run. */
    public Failure unknown(String detail) {
        return new Failure(this, Outcome.UNKNOWN, detail, 0);
    }
}
