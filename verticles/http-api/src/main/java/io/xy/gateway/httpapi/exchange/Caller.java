package io.xy.gateway.httpapi.exchange;

/** Who made a call, as its exchange sees him. */
public interface Caller {
    /** Takes the one answer. */
    void answer(Answer answer);

    /** The connection has become a tunnel: there will be no answer. */
    default void upgraded() {}
}
