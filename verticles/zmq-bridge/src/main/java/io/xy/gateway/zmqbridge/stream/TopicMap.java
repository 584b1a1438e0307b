package io.xy.gateway.zmqbridge.stream;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From a publisher's topic to a subject of ours, by the first rule that fits. {@code {name}} takes one token of the
 * topic, the last one takes the rest; {@code {data.name}} takes a member of the value. What no token may hold is written
 * in hexadecimal, so that one account or symbol never speaks as another.
 */
final class TopicMap {
    private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_.]*)}");
    private static final String DATA = "data.";

    private record Rule(Pattern topic, List<String> names, String subject) {}

    private final List<Rule> rules = new ArrayList<>();

    TopicMap(List<StreamsConfig.Mapping> mappings) {
        for (StreamsConfig.Mapping mapping : mappings) {
            rules.add(rule(mapping));
        }
    }

    /** The subject; null when no rule fits or what comes out is none. */
    @Nullable
    String subject(String topic, Payload value) {
        for (Rule rule : rules) {
            Matcher matcher = rule.topic.matcher(topic);
            if (matcher.matches()) {
                String subject = fill(rule, matcher, value);
                return subject != null && Subjects.isSubject(subject) ? subject : null;
            }
        }
        return null;
    }

    private static Rule rule(StreamsConfig.Mapping mapping) {
        StringBuilder regex = new StringBuilder();
        List<String> names = new ArrayList<>();
        Matcher place = PLACE.matcher(mapping.topic());
        int from = 0;
        while (place.find()) {
            regex.append(Pattern.quote(mapping.topic().substring(from, place.start())));
            from = place.end();
            names.add(place.group(1));
            regex.append(from == mapping.topic().length() ? "(.+)" : "([^.]+)");
        }
        regex.append(Pattern.quote(mapping.topic().substring(from)));
        return new Rule(Pattern.compile(regex.toString(), Pattern.DOTALL), names, mapping.subject());
    }

    private static @Nullable String fill(Rule rule, Matcher topic, Payload value) {
        Matcher place = PLACE.matcher(rule.subject);
        StringBuilder subject = new StringBuilder();
        JsonObject members = rule.subject.contains('{' + DATA) ? members(value) : null;
        while (place.find()) {
            String name = place.group(1);
            int index = rule.names.indexOf(name);
            Object found = index >= 0
                    ? topic.group(index + 1)
                    : members == null || !name.startsWith(DATA)
                            ? null
                            : members.getValue(name.substring(DATA.length()));
            if (!(found instanceof String || found instanceof Number)) {
                return null;
            }
            place.appendReplacement(subject, Subjects.token(found.toString()));
        }
        return place.appendTail(subject).toString();
    }

    private static @Nullable JsonObject members(Payload value) {
        try {
            return new JsonObject(value.toBuffer());
        } catch (DecodeException | ClassCastException e) {
            return null;
        }
    }
}
