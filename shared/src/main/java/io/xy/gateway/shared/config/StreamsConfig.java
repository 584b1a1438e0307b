package io.xy.gateway.shared.config;

import java.util.ArrayList;
import java.util.List;

/** The catalogue of streams: what {@code conf/streams.yaml} says of subjects, the first matching rule counts. */
public record StreamsConfig(List<Rule> rules) {
    public StreamsConfig {
        rules = List.copyOf(rules);
    }

    public enum Mode {
        /** The newest value counts: slower readers get fewer, newer values. */
        LATEST,
        /** Every value counts. */
        ALL
    }

    /** Where the values come from. */
    public enum Source {
        NATS,
        ZMQ
    }

    /**
     * Subjects that behave alike.
     *
     * @param staleMillis silence after which a value counts as stale; 0 for never
     * @param schema a JSON Schema's name for the catalogue; empty when there is none
     */
    public record Rule(String pattern, Source source, Mode mode, long staleMillis, String schema, String description) {}

    static StreamsConfig read(Section s) {
        List<Rule> rules = new ArrayList<>();
        for (Section rule : s.sections("streams")) {
            rules.add(new Rule(
                    rule.text("subject", "")
                            .required()
                            .form("[A-Za-z0-9_-]+(\\.([A-Za-z0-9_-]+|\\*))*(\\.>)?", "a subject or pattern")
                            .read("Subject or pattern"),
                    rule.word("source", Source.NATS).read("Where values come from"),
                    rule.word("mode", Mode.LATEST).read("Default mode of a subscription"),
                    rule.duration("stale-after", 0)
                            .range(0, 86_400_000)
                            .read("Silence after which the last value counts as stale; 0 for never"),
                    rule.text("schema", "").read("Name of the payload's schema"),
                    rule.text("description", "").read("For the catalogue")));
            rule.done();
        }
        s.done();
        return new StreamsConfig(rules);
    }
}
