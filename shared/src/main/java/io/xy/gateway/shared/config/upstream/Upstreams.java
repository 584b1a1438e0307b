package io.xy.gateway.shared.config.upstream;

import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.Section;
import io.xy.gateway.shared.config.YamlTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code upstreams.yaml}; what is wrong goes to the reading, all of it in one pass. */
public final class Upstreams {
    private Upstreams() {}

    /**
     * @param file may be absent
     * @return the upstreams under their names, in order of the file; unusable when the reading has problems
     */
    public static Map<String, UpstreamConfig> read(Path file, Reading reading) {
        if (!Files.exists(file)) {
            return Map.of();
        }
        Section root = new Section(reading, YamlTree.read(file, String.valueOf(file.getFileName()), reading), "");
        Map<String, UpstreamConfig> upstreams = new LinkedHashMap<>();
        root.named("upstreams").forEach((name, s) -> upstreams.put(name, UpstreamReader.read(name, s)));
        root.done();
        return Collections.unmodifiableMap(upstreams);
    }
}
