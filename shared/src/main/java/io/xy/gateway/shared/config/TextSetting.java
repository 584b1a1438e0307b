package io.xy.gateway.shared.config;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A text setting being read. */
public final class TextSetting {
    private final Section section;
    private final String key;
    private final String fallback;
    private final boolean secret;
    private List<String> variables = List.of();
    private @Nullable Pattern form;
    private String allowed = "";
    private boolean required;

    TextSetting(Section section, String key, String fallback, boolean secret) {
        this.section = section;
        this.key = key;
        this.fallback = fallback;
        this.secret = secret;
    }

    public TextSetting env(String... names) {
        variables = List.of(names);
        return this;
    }

    /**
     * The whole value must match.
     *
     * @param allowed the form in words, for messages and documentation
     */
    public TextSetting form(String regex, String allowed) {
        this.form = Pattern.compile(regex);
        this.allowed = allowed;
        return this;
    }

    /** Absence is a problem. */
    public TextSetting required() {
        required = true;
        return this;
    }

    public String read(String description) {
        SettingReader reader = new SettingReader(section, key, variables);
        reader.describe(secret ? "secret" : "text", required ? "required" : fallback, allowed, description);
        SettingReader.Found found = reader.find();
        if (found == null) {
            if (required) {
                section.problem(key, "is required" + (allowed.isEmpty() ? "" : ": " + allowed));
            }
            return fallback;
        }
        if (form != null && !form.matcher(found.text()).matches()) {
            reader.problem(
                    found.where(),
                    (secret ? "has a wrong form" : "is '" + found.text() + "'") + "; allowed: " + allowed);
            return fallback;
        }
        return found.text();
    }
}
