package io.xy.gateway.shared.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads {@code gateway.yaml} and {@code streams.yaml} of a directory. The files may be absent; environment beats file,
 * file beats default.
 */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * @param directory the configuration directory, usually {@code conf}
     * @throws InvalidConfiguration with every problem that there is
     */
    public static GatewayConfig load(Path directory, Map<String, String> environment) throws InvalidConfiguration {
        Reading reading = new Reading(environment);
        GatewayConfig config = read(directory, reading);
        reading.failIfAny();
        return config;
    }

    /** As {@link #load}, but leaves the problems in the reading, so that others can add theirs. */
    public static GatewayConfig read(Path directory, Reading reading) {
        if (!Files.isDirectory(directory)) {
            reading.problem(directory.toString(), "", "is not a directory");
        }
        return GatewayConfig.read(
                new Section(reading, file(directory, "gateway.yaml", reading), ""),
                new Section(reading, file(directory, "streams.yaml", reading), ""));
    }

    private static YamlTree.Value file(Path directory, String name, Reading reading) {
        Path file = directory.resolve(name);
        return Files.exists(file) ? YamlTree.read(file, name, reading) : YamlTree.empty(name);
    }
}
