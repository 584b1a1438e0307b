package io.xy.gateway.shared.config;

import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The catalogue of streams: what {@code conf/streams.yaml} says of subjects, the first matching rule counts. */
public record StreamsConfig(List<Rule> rules, Map<String, ZmqSource> sources) {
    public StreamsConfig {
        rules = List.copyOf(rules);
        sources = Map.copyOf(sources);
    }

    /** The first rule that contains the subject or pattern; null when none does. */
    public @Nullable Rule ruleOf(String pattern) {
        for (Rule rule : rules) {
            if (Subjects.contains(rule.pattern(), pattern)) {
                return rule;
            }
        }
        return null;
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
     * @param history the JetStream stream that keeps the values; empty when none does
     * @param schema a JSON Schema's name for the catalogue; empty when there is none
     */
    public record Rule(
            String pattern,
            Source source,
            Mode mode,
            long staleMillis,
            String history,
            String schema,
            String description) {}

    /** How a ZeroMQ publisher puts topic and value into frames. */
    public enum Framing {
        /** The topic, then the value. */
        TWO_FRAMES,
        /** One value {@code [topic, data]}. */
        SINGLE_PICKLE
    }

    /** How a ZeroMQ publisher writes values. */
    public enum Encoding {
        PICKLE,
        JSON
    }

    /**
     * From topics to subjects: {@code {name}} in the topic takes one token, the last one the rest; the subject may use it,
     * and {@code {data.name}} for a member of the value.
     */
    public record Mapping(String topic, String subject) {}

    /**
     * ZeroMQ publishers of one kind.
     *
     * @param endpoints each of them is connected to
     * @param serverKey public CURVE key that the publishers must prove; empty for plain text
     * @param pushed whether it also takes what is pushed to the worker of the gateway
     * @param topics prefixes of the topics that are wanted; empty for all
     * @param mappings the first that fits counts; what none fits is dropped
     */
    public record ZmqSource(
            List<String> endpoints,
            String serverKey,
            boolean pushed,
            Framing framing,
            Encoding codec,
            List<String> topics,
            List<Mapping> mappings) {
        public ZmqSource {
            endpoints = List.copyOf(endpoints);
            topics = List.copyOf(topics);
            mappings = List.copyOf(mappings);
        }

        /** What to subscribe: everything when the topic is inside a pickle, where a prefix sees only its opcodes. */
        public List<String> prefixes() {
            return topics.isEmpty() || framing == Framing.SINGLE_PICKLE ? List.of("") : topics;
        }

        private static ZmqSource read(Section s) {
            List<Mapping> mappings = new ArrayList<>();
            List<String> endpoints = s.texts("endpoints", List.of())
                    .form("(tcp|ipc)://.+", "ZeroMQ endpoints such as tcp://host:5556")
                    .read("Publishers to connect to");
            String serverKey = s.text("server-key", "")
                    .form("(" + CurveConfig.KEY + ")?", "a Z85 key of 40 characters")
                    .read("Public CURVE key of the publishers; then they must speak CURVE");
            boolean pushed = s.flag("pushed", false).read("Take what services push to the worker of the gateway");
            if (endpoints.isEmpty() && !pushed) {
                s.problem("endpoints", "must name at least one publisher");
            }
            Framing framing = s.word("framing", Framing.TWO_FRAMES).read("How topic and value are put into frames");
            Encoding codec = s.word("codec", Encoding.PICKLE).read("How values are written");
            List<String> topics = s.texts("topics", List.of()).read("Prefixes of the topics that are wanted");
            for (Section mapping : s.sections("map")) {
                mappings.add(new Mapping(
                        mapping.text("topic", "").required().read("Topic, with {name} for its variable tokens"),
                        mapping.text("subject", "")
                                .required()
                                .form(
                                        "[A-Za-z0-9_-]+(\\.([A-Za-z0-9_-]+|\\{[A-Za-z][A-Za-z0-9_.]*}))+",
                                        "a subject with {name}")
                                .read("Subject, with {name} and {data.name}")));
                mapping.done();
            }
            if (mappings.isEmpty()) {
                s.problem("map", "must say which subjects the topics become");
            }
            s.done();
            return new ZmqSource(endpoints, serverKey, pushed, framing, codec, topics, mappings);
        }
    }

    static StreamsConfig read(Section s) {
        Map<String, ZmqSource> sources = new LinkedHashMap<>();
        s.named("sources").forEach((name, section) -> sources.put(name, ZmqSource.read(section)));
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
                    rule.text("history", "")
                            .form("[A-Za-z0-9_-]{1,64}", "the name of a JetStream stream")
                            .read("JetStream stream that keeps the values, for history and resume"),
                    rule.text("schema", "").read("Name of the payload's schema"),
                    rule.text("description", "").read("For the catalogue")));
            rule.done();
        }
        s.done();
        return new StreamsConfig(rules, sources);
    }
}
