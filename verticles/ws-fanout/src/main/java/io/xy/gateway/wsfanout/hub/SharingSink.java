package io.xy.gateway.wsfanout.hub;

/** A sink whose plain values are the same bytes for every connection, so that they can be made once for a {@link Cohort}. */
public interface SharingSink extends Sink {
    /**
     * Writes values of mode {@code all} that begin nothing, in order, as far as the transport takes them.
     *
     * @return how many were written; at least one when the sink was writable before
     */
    int values(Batch batch);
}
