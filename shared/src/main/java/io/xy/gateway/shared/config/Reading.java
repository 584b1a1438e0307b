package io.xy.gateway.shared.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what one pass over the configuration found: problems, the settings that exist, the variables that count. */
public final class Reading {
    private final Map<String, String> environment;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Setting> settings = new ArrayList<>();

    public Reading(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The variable's value; null when it is absent or empty. */
    @Nullable
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    public void problem(String where, String path, String message) {
        problems.add(new Problem(where, path, message));
    }

    void setting(Setting setting) {
        settings.add(setting);
    }

    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** Every setting that was asked for, in order of reading. */
    public List<Setting> settings() {
        return List.copyOf(settings);
    }

    public void failIfAny() throws InvalidConfiguration {
        if (!problems.isEmpty()) {
            throw new InvalidConfiguration(problems);
        }
    }
}
