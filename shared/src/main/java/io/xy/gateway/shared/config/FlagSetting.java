package io.xy.gateway.shared.config;

import java.util.List;

/** A switch being read. Only {@code true} and {@code false} count: the text "0" once switched a security rule on. */
public final class FlagSetting {
    private final Section section;
    private final String key;
    private final boolean fallback;
    private List<String> variables = List.of();

    FlagSetting(Section section, String key, boolean fallback) {
        this.section = section;
        this.key = key;
        this.fallback = fallback;
    }

    public FlagSetting env(String... names) {
        variables = List.of(names);
        return this;
    }

    public boolean read(String description) {
        SettingReader reader = new SettingReader(section, key, variables);
        reader.describe("switch", Boolean.toString(fallback), "true, false", description);
        SettingReader.Found found = reader.find();
        if (found == null) {
            return fallback;
        }
        if (found.text().equals("true") || found.text().equals("false")) {
            return found.text().equals("true");
        }
        reader.problem(found.where(), "is '" + found.text() + "'; allowed: true, false");
        return fallback;
    }
}
