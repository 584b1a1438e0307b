package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;

/** Every way in which a call of a Majordomo service ends without its result; the documentation's table is made of it. */
public enum CallFailure {
    BAD_NAME(
            GatewayError.NO_SERVICE,
            Outcome.NOT_EXECUTED,
            "There is no service of this name",
            "The name of the service is not one of Majordomo"),
    BAD_ARGUMENTS(
            GatewayError.BAD_REQUEST,
            Outcome.NOT_EXECUTED,
            "The arguments cannot be given to the service",
            "The arguments cannot be pickled"),
    QUEUE_FULL(
            GatewayError.OVERLOADED,
            Outcome.NOT_EXECUTED,
            "Too many calls wait for the service",
            "`zmq.queue` calls wait for this service"),
    BROKER_FULL(
            GatewayError.OVERLOADED,
            Outcome.NOT_EXECUTED,
            "The broker takes no more calls at present",
            "ZeroMQ refuses the message: the broker does not read"),
    CIRCUIT_OPEN(
            GatewayError.CIRCUIT_OPEN,
            Outcome.NOT_EXECUTED,
            "The service failed too often and is being spared",
            "The circuit breaker of the service is open"),
    NO_BROKER(
            GatewayError.UPSTREAM_DOWN, Outcome.NOT_EXECUTED, "No broker is reachable", "No configured broker answers"),
    BROKER_LOST(
            GatewayError.UPSTREAM_DOWN,
            Outcome.NOT_EXECUTED,
            "The broker was lost",
            "The broker is lost while the call waits, and there is no other one"),
    NO_WORKER(
            GatewayError.NO_SERVICE,
            Outcome.NOT_EXECUTED,
            "No worker serves this at present",
            "`mmi.service` says that no worker is registered"),
    TOO_LATE(
            GatewayError.TIMEOUT,
            Outcome.NOT_EXECUTED,
            "The deadline had passed before the call was sent",
            "The deadline has passed when the call arrives"),
    NEVER_SENT(
            GatewayError.TIMEOUT,
            Outcome.NOT_EXECUTED,
            "The call could not be sent in time",
            "The deadline passes while the call waits"),
    NO_ANSWER(
            GatewayError.TIMEOUT,
            Outcome.UNKNOWN,
            "The service did not answer in time",
            "The deadline passes after the call was sent: worker or broker may be gone, or slow"),
    UNREADABLE(
            GatewayError.BAD_REPLY,
            Outcome.EXECUTED,
            "The service's answer cannot be read",
            "The reply is no pickle that the strict reader, or the helper, accepts"),
    UNREAD(
            GatewayError.BAD_REPLY,
            Outcome.EXECUTED,
            "The service's answer could not be read in time",
            "The helper is still reading the reply at the deadline"),
    SERVICE_FAILED(
            GatewayError.SERVICE_FAILED,
            Outcome.EXECUTED,
            "The service failed while it worked on the call",
            "The service answers `[False, text]`; a text for people is passed on, a traceback is only logged"),
    STOPPING(
            GatewayError.DRAINING,
            Outcome.NOT_EXECUTED,
            "The bridge is being stopped",
            "The node stops before the call is sent"),
    STOPPED(
            GatewayError.DRAINING,
            Outcome.UNKNOWN,
            "The bridge was stopped before the service answered",
            "The node stops after the call was sent");

    private final GatewayError error;
    private final Outcome outcome;
    private final String detail;
    private final String cause;

    CallFailure(GatewayError error, Outcome outcome, String detail, String cause) {
        this.error = error;
        this.outcome = outcome;
        this.detail = detail;
        this.cause = cause;
    }

    public GatewayError error() {
        return error;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** What happened, for operators. */
    public String cause() {
        return cause;
    }

    Failure failure() {
        return failure(detail);
    }

    /**
     * @param text for the caller in place of the usual one
     */
    Failure failure(String text) {
        return new Failure(error, outcome, text, 0);
    }

    /** The usual text for the caller. */
    String detail() {
        return detail;
    }
}
