package io.xy.gateway.shared.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One word out of a fixed set being read; {@code SERVICE_NAME} is written {@code service-name}. */
public final class WordSetting<E extends Enum<E>> {
    private final Section section;
    private final String key;
    private final E fallback;
    private List<String> variables = List.of();

    WordSetting(Section section, String key, E fallback) {
        this.section = section;
        this.key = key;
        this.fallback = fallback;
    }

    public WordSetting<E> env(String... names) {
        variables = List.of(names);
        return this;
    }

    public E read(String description) {
        List<String> words = new ArrayList<>();
        for (E value : fallback.getDeclaringClass().getEnumConstants()) {
            words.add(word(value));
        }
        SettingReader reader = new SettingReader(section, key, variables);
        reader.describe("word", word(fallback), String.join(", ", words), description);
        SettingReader.Found found = reader.find();
        if (found == null) {
            return fallback;
        }
        for (E value : fallback.getDeclaringClass().getEnumConstants()) {
            if (word(value).equals(found.text())) {
                return value;
            }
        }
        reader.problem(
                found.where(),
                "is '" + found.text() + "'; allowed: " + String.join(", ", words) + Nearest.hint(found.text(), words));
        return fallback;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
