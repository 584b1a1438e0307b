package io.xy.gateway.natsbridge.stream;

import java.util.List;

/** Where one subject stands: who numbers it, how far, and who gets it. */
final class SubjectState {
    final String subject;
    /** The subscription whose copies count; those of overlapping ones are ignored. */
    String owner;

    String epoch;
    long sequence;
    /** The source's own epoch while the source numbers; empty while we do. */
    String sourceEpoch = "";
    /** Up to here it was read from the stream itself, so that the same comes late by subscription. */
    long fetchedUpTo;

    List<Outbox> route = List.of();
    long routeVersion = -1;

    SubjectState(String subject, String owner, String epoch) {
        this.subject = subject;
        this.owner = owner;
        this.epoch = epoch;
    }

    boolean numberedBySource() {
        return !sourceEpoch.isEmpty();
    }
}
