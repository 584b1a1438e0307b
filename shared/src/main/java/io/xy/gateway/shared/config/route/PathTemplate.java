package io.xy.gateway.shared.config.route;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A path with parameters: {@code /api/v1/accounts/{accountId}/risk}. A parameter is a whole segment and never empty.
 *
 * @param text as written
 */
public record PathTemplate(String text, List<Segment> segments) {
    /** One segment: a literal, or the name of a parameter. */
    public record Segment(String text, boolean parameter) {}

    public PathTemplate {
        segments = List.copyOf(segments);
    }

    public static PathTemplate of(String text) {
        List<Segment> segments = new ArrayList<>();
        for (String part : text.substring(1).split("/", -1)) {
            boolean parameter = part.startsWith("{") && part.endsWith("}");
            segments.add(new Segment(parameter ? part.substring(1, part.length() - 1) : part, parameter));
        }
        return new PathTemplate(text, segments);
    }

    /** The names of the parameters, in order. */
    public Set<String> parameters() {
        Set<String> names = new LinkedHashSet<>();
        for (Segment segment : segments) {
            if (segment.parameter()) {
                names.add(segment.text());
            }
        }
        return names;
    }

    /** The same for two templates that match the same paths. */
    String shape() {
        StringBuilder shape = new StringBuilder();
        for (Segment segment : segments) {
            shape.append('/').append(segment.parameter() ? "{}" : segment.text());
        }
        return shape.toString();
    }
}
