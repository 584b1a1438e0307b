package io.xy.gateway.simulator.feed;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last sequence of each subject. Bounded: of more subjects than that the one that was silent longest is forgotten,
 * which is an execution that ended long ago.
 */
final class Sequences {
    /** Also the most gaps that a consumer can have. */
    static final int MAX_SUBJECTS = 4_096;

    private final Map<String, Long> last = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_SUBJECTS;
        }
    };

    long next(String subject) {
        return last.merge(subject, 1L, Long::sum);
    }
}
