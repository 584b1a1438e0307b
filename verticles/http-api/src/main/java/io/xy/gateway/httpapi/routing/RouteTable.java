package io.xy.gateway.httpapi.routing;

import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.metrics.RouteMeters;
import io.xy.gateway.shared.config.route.PathTemplate;
import io.xy.gateway.shared.config.route.RouteConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds routes by path: a trie, compiled once and never changed. A literal segment wins over a parameter; where the
 * literal leads nowhere the parameter is tried.
 */
public final class RouteTable {
    /** Deepest path that is looked at. */
    private static final int MAX_SEGMENTS = 32;

    /** A route with its stages. */
    public record Route(RouteConfig config, Stage[] stages, RouteMeters meters, boolean hasParameters) {
        public Route(RouteConfig config, Stage[] stages, RouteMeters meters) {
            this(config, stages, meters, config.path().segments().stream().anyMatch(PathTemplate.Segment::parameter));
        }

        /** Values of the path's parameters under their names. */
        Map<String, String> parameters(List<String> segments) {
            if (!hasParameters) {
                return Map.of();
            }
            Map<String, String> values = new LinkedHashMap<>();
            for (int i = 0; i < segments.size(); i++) {
                PathTemplate.Segment segment = config.path().segments().get(i);
                if (segment.parameter()) {
                    values.put(segment.text(), segments.get(i));
                }
            }
            return values;
        }
    }

    /**
     * A route and the values of its parameters.
     */
    public record Match(Route route, Map<String, String> parameters) {}

    /** Everything that is served at a path. */
    public static final class Place {
        private final Map<String, Route> routes;
        private final List<String> segments;

        private Place(Map<String, Route> routes, List<String> segments) {
            this.routes = routes;
            this.segments = segments;
        }

        /** The route of a method; null when the method is not served here. HEAD is served by GET. */
        public @Nullable Match match(String method) {
            Route route = routes.get(method.equals("HEAD") ? "GET" : method);
            return route == null ? null : new Match(route, route.parameters(segments));
        }

        /** The value of an Allow header. */
        public String allow() {
            StringBuilder allow = new StringBuilder();
            for (String method : routes.keySet()) {
                allow.append(method).append(method.equals("GET") ? ", HEAD, " : ", ");
            }
            return allow.append("OPTIONS").toString();
        }
    }

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private @Nullable Node parameter;
        private final Map<String, Route> routes = new TreeMap<>();
    }

    private final Node root = new Node();
    /** Places without parameters by their paths: nothing can win over them. */
    private final Map<String, Place> literals = new HashMap<>();

    /**
     * @param compile gives a route its pipeline
     * @throws IllegalArgumentException when two routes serve the same; reading the files finds this first
     */
    public RouteTable(List<RouteConfig> configs, Function<RouteConfig, Route> compile) {
        for (RouteConfig config : configs) {
            add(compile.apply(config));
        }
    }

    /** What is served at a canonical path; null when nothing is. */
    public @Nullable Place find(String path) {
        Place literal = literals.get(path);
        if (literal != null) {
            return literal;
        }
        List<String> segments = List.of(path.substring(1).split("/", MAX_SEGMENTS + 1));
        if (segments.size() > MAX_SEGMENTS) {
            return null;
        }
        Node node = find(root, segments, 0);
        return node == null ? null : new Place(node.routes, segments);
    }

    private void add(Route route) {
        Node node = root;
        for (PathTemplate.Segment segment : route.config().path().segments()) {
            if (segment.parameter()) {
                Node below = node.parameter;
                if (below == null) {
                    below = new Node();
                    node.parameter = below;
                }
                node = below;
            } else {
                node = node.literals.computeIfAbsent(segment.text(), text -> new Node());
            }
        }
        if (node.routes.put(route.config().method(), route) != null) {
            throw new IllegalArgumentException("two routes serve "
                    + route.config().method() + ' ' + route.config().path().text());
        }
        if (!route.hasParameters()) {
            literals.put(route.config().path().text(), new Place(node.routes, List.of()));
        }
    }

    private static @Nullable Node find(Node node, List<String> segments, int index) {
        if (index == segments.size()) {
            return node.routes.isEmpty() ? null : node;
        }
        String segment = segments.get(index);
        Node literal = node.literals.get(segment);
        Node found = literal == null ? null : find(literal, segments, index + 1);
        if (found == null && node.parameter != null && !segment.isEmpty()) {
            found = find(node.parameter, segments, index + 1);
        }
        return found;
    }
}
