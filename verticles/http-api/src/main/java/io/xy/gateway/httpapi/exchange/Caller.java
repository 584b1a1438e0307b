package io.xy.gateway.httpapi.exchange;

/** Who made a call, as its exchange sees him. */
public interface Caller {
    /** A point on the way of a call, for those who want to know when it got there. */
    enum Point {
        /** Everything that might refuse the call has been passed. */
        TARGET,
        /** There is a connection to the upstream. */
        CONNECTED,
        /** The head of the upstream's answer, or the reply of a bridge, is there. */
        ANSWERED
    }

    /** Takes the one answer. */
    void answer(Answer answer);

    /** The call has got there; the last attempt counts. */
    default void reached(Point point) {}

    /** The connection has become a tunnel: there will be no answer. */
    default void upgraded() {}
}
