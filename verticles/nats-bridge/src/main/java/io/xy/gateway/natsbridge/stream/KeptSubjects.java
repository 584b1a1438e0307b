package io.xy.gateway.natsbridge.stream;

import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which subscriptions are on subjects that a JetStream stream keeps, and what of the stream belongs to them. Immutable. */
final class KeptSubjects {
    /** Subscriptions under one rule that are read one by one; more of them are read together. */
    private static final int MAX_SINGLE = 8;

    private final StreamsConfig catalogue;

    KeptSubjects(StreamsConfig catalogue) {
        this.catalogue = catalogue;
    }

    /**
     * What is read at once.
     *
     * @param owners subscriptions that it is read for
     * @param pattern what to read, as subscribers see it
     */
    record Part(Set<String> owners, String stream, String pattern) {
        /** What the stream's own numbers are called. */
        String numbers() {
            return "js:" + stream;
        }
    }

    boolean isKept(String pattern) {
        return !parts(Set.of(pattern)).isEmpty();
    }

    List<Part> parts(Set<String> patterns) {
        List<Part> parts = new ArrayList<>();
        Set<String> left = new HashSet<>(patterns);
        for (StreamsConfig.Rule rule : catalogue.rules()) {
            Set<String> within = new HashSet<>();
            Set<String> around = new HashSet<>();
            for (String pattern : left) {
                if (Subjects.contains(rule.pattern(), pattern)) {
                    within.add(pattern);
                } else if (Subjects.contains(pattern, rule.pattern())) {
                    around.add(pattern);
                }
            }
            left.removeAll(within);
            if (rule.history().isEmpty()) {
                continue;
            }
            if (!around.isEmpty() || within.size() > MAX_SINGLE) {
                around.addAll(within);
                parts.add(new Part(around, rule.history(), rule.pattern()));
            } else {
                within.forEach(pattern -> parts.add(new Part(Set.of(pattern), rule.history(), pattern)));
            }
        }
        return parts;
    }
}
