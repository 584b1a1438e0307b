package io.xy.gateway.shared.message;

import java.util.List;

/** Recent values, subject by subject; subjects of which nothing is known are left out. */
public record History(List<Past> subjects) {
    public static final History NONE = new History(List.of());

    public History {
        subjects = List.copyOf(subjects);
    }

    /**
     * What is known of one subject.
     *
     * @param source where its values come from, as in {@code xy.stream.interest.<source>}
     * @param live whether the source is heard; false when the last value is only the last known
     * @param complete whether nothing more is kept than what is listed
     * @param records values, oldest first, and gaps for what was asked and is gone
     */
    public record Past(String subject, String source, boolean live, boolean complete, List<StreamRecord> records) {
        public Past {
            records = List.copyOf(records);
        }
    }
}
