package io.xy.gateway.shared.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole number, a duration or a size being read. */
public final class NumberSetting {
    enum Unit {
        NONE("number", Map.of()),
        MILLIS(
                "duration",
                Map.ofEntries(
                        Map.entry("ms", 1L),
                        Map.entry("s", 1_000L),
                        Map.entry("sec", 1_000L),
                        Map.entry("second", 1_000L),
                        Map.entry("seconds", 1_000L),
                        Map.entry("m", 60_000L),
                        Map.entry("min", 60_000L),
                        Map.entry("minute", 60_000L),
                        Map.entry("minutes", 60_000L),
                        Map.entry("h", 3_600_000L),
                        Map.entry("hour", 3_600_000L),
                        Map.entry("hours", 3_600_000L),
                        Map.entry("d", 86_400_000L),
                        Map.entry("day", 86_400_000L),
                        Map.entry("days", 86_400_000L))),
        BYTES(
                "size",
                Map.of(
                        "b", 1L, "kib", 1L << 10, "kb", 1L << 10, "mib", 1L << 20, "mb", 1L << 20, "gib", 1L << 30,
                        "gb", 1L << 30));

        private final String word;
        private final Map<String, Long> factors;

        Unit(String word, Map<String, Long> factors) {
            this.word = word;
            this.factors = factors;
        }
    }

    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})\\s*([A-Za-z]*)");

    private final Section section;
    private final String key;
    private final long fallback;
    private final Unit unit;
    private List<String> variables = List.of();
    private long bareFactor = 1;
    private long min = 0;
    private long max = Long.MAX_VALUE;

    NumberSetting(Section section, String key, long fallback, Unit unit) {
        this.section = section;
        this.key = key;
        this.fallback = fallback;
        this.unit = unit;
    }

    public NumberSetting env(String... names) {
        variables = List.of(names);
        return this;
    }

    /** A bare number in a variable counts seconds, as its old name says. */
    public NumberSetting bareSeconds() {
        bareFactor = 1_000;
        return this;
    }

    /** Both ends are allowed values. */
    public NumberSetting range(long min, long max) {
        this.min = min;
        this.max = max;
        return this;
    }

    public int readInt(String description) {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, read(description)));
    }

    public long read(String description) {
        SettingReader reader = new SettingReader(section, key, variables);
        reader.describe(unit.word, show(fallback), allowed(), description);
        SettingReader.Found found = reader.find();
        if (found == null) {
            return fallback;
        }
        long value = parse(found);
        if (value < min || value > max) {
            reader.problem(found.where(), "is '" + found.text() + "'; allowed: " + allowed());
            return fallback;
        }
        return value;
    }

    /** The value in the setting's base unit; -1 when the text is not one. */
    private long parse(SettingReader.Found found) {
        Matcher matcher = FORM.matcher(found.text().strip());
        if (!matcher.matches()) {
            return -1;
        }
        long number = Long.parseLong(matcher.group(1));
        String suffix = matcher.group(2).toLowerCase(Locale.ROOT);
        if (suffix.isEmpty()) {
            return found.fromEnvironment() ? number * bareFactor : number;
        }
        Long factor = unit.factors.get(suffix);
        return factor == null || number > Long.MAX_VALUE / factor ? -1 : number * factor;
    }

    private String allowed() {
        if (max == Long.MAX_VALUE) {
            return (unit == Unit.NONE ? "whole number" : unit.word) + " from " + show(min);
        }
        return show(min) + " to " + show(max);
    }

    private String show(long value) {
        return switch (unit) {
            case NONE -> Long.toString(value);
            case MILLIS -> value != 0 && value % 1_000 == 0 ? value / 1_000 + "s" : value + "ms";
            case BYTES ->
                value != 0 && value % (1 << 20) == 0
                        ? value / (1 << 20) + "MiB"
                        : value != 0 && value % (1 << 10) == 0 ? value / (1 << 10) + "KiB" : value + "B";
        };
    }
}
