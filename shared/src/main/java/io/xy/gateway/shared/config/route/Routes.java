package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.Section;
import io.xy.gateway.shared.config.YamlTree;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import io.xy.gateway.shared.config.upstream.Upstreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads every file of {@code conf/routes}; what is wrong goes to the reading, all of it in one pass. */
public final class Routes {
    private Routes() {}

    /**
     * @param directory holds {@code *.yaml}; none when it is absent. The upstreams of its routes are those of
     *     {@code upstreams.yaml} beside it, and files of schemas are named from where that stands
     * @return the routes in order of files and lines; unusable when the reading has problems
     */
    public static List<RouteConfig> read(Path directory, Reading reading) {
        Path conf = directory.toAbsolutePath().resolveSibling("");
        Map<String, UpstreamConfig> upstreams = Upstreams.read(directory.resolveSibling("upstreams.yaml"), reading);
        List<RouteConfig> routes = new ArrayList<>();
        for (Path file : files(directory, reading)) {
            String name = "routes/" + file.getFileName();
            Section root = new Section(reading, YamlTree.read(file, name, reading), "");
            for (Section route : root.sections("routes")) {
                routes.add(RouteReader.read(route, upstreams, conf));
            }
            root.done();
        }
        conflicts(routes, reading);
        return List.copyOf(routes);
    }

    private static List<Path> files(Path directory, Reading reading) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            reading.problem(directory.toString(), "", "cannot be read: " + e.getMessage());
            return List.of();
        }
    }

    private static void conflicts(List<RouteConfig> routes, Reading reading) {
        Map<String, RouteConfig> names = new HashMap<>();
        Map<String, RouteConfig> shapes = new HashMap<>();
        for (RouteConfig route : routes) {
            RouteConfig named = names.putIfAbsent(route.name(), route);
            if (named != null && !route.name().isEmpty()) {
                reading.problem(
                        route.where(), "name", "is '" + route.name() + "', as that of the route at " + named.where());
            }
            RouteConfig same =
                    shapes.putIfAbsent(route.method() + ' ' + route.path().shape(), route);
            if (same != null) {
                reading.problem(
                        route.where(),
                        "path",
                        "is '" + route.method() + ' ' + route.path().text() + "', which the route at " + same.where()
                                + " serves already");
            }
        }
    }
}
