package io.xy.gateway.shared.config;

import io.xy.gateway.shared.config.YamlTree.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all kinds of settings share: where the value comes from. Environment beats file, file beats default. */
final class SettingReader {
    /** A text and its place. */
    record Found(String text, String where, boolean fromEnvironment) {}

    private final Section section;
    private final String key;
    private final List<String> variables;

    SettingReader(Section section, String key, List<String> variables) {
        this.section = section;
        this.key = key;
        this.variables = variables;
    }

    @Nullable
    Found find() {
        Value entry = section.take(key);
        for (String name : variables) {
            String value = section.reading().variable(name);
            if (value != null) {
                return new Found(value, "environment variable " + name, true);
            }
            String file = section.reading().variable(name + "_FILE");
            if (file != null) {
                return fromFile(name + "_FILE", file);
            }
        }
        if (entry == null) {
            return null;
        }
        if (entry.text() == null) {
            section.reading().problem(entry.where(), section.join(key), "must be a single value");
            return null;
        }
        return new Found(entry.text(), entry.where(), false);
    }

    void problem(String where, String message) {
        section.reading().problem(where, section.join(key), message);
    }

    void describe(String type, String fallback, String allowed, String description) {
        section.reading().setting(new Setting(section.join(key), type, fallback, allowed, variables, description));
    }

    private @Nullable Found fromFile(String variable, String file) {
        String where = "environment variable " + variable;
        try {
            return new Found(Files.readString(Path.of(file)).strip(), where, true);
        } catch (IOException | RuntimeException e) {
            problem(where, "names a file that cannot be read: " + file);
            return null;
        }
    }
}
