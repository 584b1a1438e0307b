package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.security.Subjects;

/** What the configuration says of subjects: the first rule that contains a subject or pattern counts. Immutable. */
final class Catalogue {
    private final StreamsConfig streams;

    Catalogue(StreamsConfig streams) {
        this.streams = streams;
    }

    /** Each value counts, or the newest; the newest where nothing is said. */
    Mode usualMode(String pattern) {
        for (StreamsConfig.Rule rule : streams.rules()) {
            if (Subjects.contains(rule.pattern(), pattern)) {
                return rule.mode() == StreamsConfig.Mode.ALL ? Mode.ALL : Mode.LATEST;
            }
        }
        return Mode.LATEST;
    }

    /** Whether a stream keeps the values of this subject. */
    boolean isKept(String subject) {
        StreamsConfig.Rule rule = streams.ruleOf(subject);
        return rule != null && !rule.history().isEmpty();
    }

    /** Silence after which a value counts as old; 0 for never. */
    long staleMillis(String subject) {
        for (StreamsConfig.Rule rule : streams.rules()) {
            if (Subjects.contains(rule.pattern(), subject)) {
                return rule.staleMillis();
            }
        }
        return 0;
    }
}
