package io.xy.gateway.wsfanout.hub;

/** Who writes at a flush: a connection with an outbox of its own, or a cohort. */
sealed interface Writer permits Outbox, Cohort {
    /** Writes as much as the transports take. Whatever is wrong with one connection ends that connection only. */
    void write();

    /** To so many connections. */
    default int connections() {
        return 1;
    }
}
