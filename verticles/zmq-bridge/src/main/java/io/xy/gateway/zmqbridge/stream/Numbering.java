package io.xy.gateway.zmqbridge.stream;

import java.util.HashMap;
import java.util.Map;

/**
 * Numbers the values of each subject. ZeroMQ publishers do not number, so a sequence counts only while every connection
 * holds; the epoch says which time that was. Belongs to the subscriber thread.
 */
final class Numbering {
    static final int MAX_SUBJECTS = 65_536;

    private final String boot;
    private final Map<String, Long> sequences = new HashMap<>();
    private long era;

    /**
     * @param boot differs with each start of the bridge
     */
    Numbering(String boot) {
        this.boot = boot;
    }

    String epoch() {
        return boot + '-' + era;
    }

    /** Something may have been lost: nothing that was numbered is continuous. */
    void startAnew() {
        era++;
        sequences.clear();
    }

    /** The next number of the subject, from 1. */
    long next(String subject) {
        if (sequences.size() >= MAX_SUBJECTS && !sequences.containsKey(subject)) {
            startAnew();
        }
        return sequences.merge(subject, 1L, Long::sum);
    }
}
