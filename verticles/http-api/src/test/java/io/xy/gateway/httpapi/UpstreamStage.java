package io.xy.gateway.httpapi;

import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.testkit.TempDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A front with a few routes to one upstream, whose settings a test chooses. */
final class UpstreamStage {
    private static final String ROUTES = """
            routes:
              - {name: u.get, method: GET, path: '/u/things/{id}', roles: any, timeout: 5s, target: {http: {upstream: up}}}
              - {name: u.list, method: GET, path: /u/things, roles: any, timeout: 5s, target: {http: {upstream: up}}}
              - {name: u.post, method: POST, path: /u/things, roles: any, timeout: 5s, target: {http: {upstream: up}}}
              - {name: u.put, method: PUT, path: '/u/things/{id}', roles: any, timeout: 5s, target: {http: {upstream: up}}}
              - {name: u.delete, method: DELETE, path: '/u/things/{id}', roles: any, timeout: 5s, target: {http: {upstream: up}}}
              - {name: u.open, method: GET, path: /u/open, roles: public, target: {http: {upstream: up}}}
              - {name: u.take, method: POST, path: /u/take, roles: public, target: {http: {upstream: up}}}
              - {name: u.short, method: POST, path: /u/short, roles: any, timeout: 3s, target: {http: {upstream: up}}}
              - name: u.rules
                method: GET
                path: '/u/rules/{id}'
                roles: any
                target:
                  http:
                    upstream: up
                    path: '/other/{id}/x'
                    forward-credentials: true
                    headers: {set: {X-Thing: $path.id, X-Fixed: a}, remove: [X-Gone]}
                    query: {set: {who: $principal.id}, remove: [secret]}
                    response: {set: {X-Added: yes!}, remove: [X-Internal]}
              - name: u.mapped
                method: POST
                path: /u/mapped
                roles: any
                request: {body: {name: {required: true}}}
                target: {http: {upstream: up, path: /mapped, body: {title: $body.name, by: $principal.id}}}
              - {name: p.one, method: GET, path: '/public/{id}', roles: public, target: {http: {upstream: up}}}
              - {name: p.part, method: GET, path: '/public/{id}/part', roles: public, target: {http: {upstream: up}}}
              - {name: p.admin, method: GET, path: /public/admin, roles: [admin], target: {http: {upstream: up}}}
              - {name: a.one, method: GET, path: '/admin/{id}', roles: [admin], target: {http: {upstream: up}}}
              - {name: a.all, method: GET, path: /admin, roles: [admin], target: {http: {upstream: up}}}
              - {name: u.ws, method: GET, path: /u/ws, roles: any, target: {http: {upstream: up, path: /far, websocket: true}}}
            """;

    private UpstreamStage() {}

    /**
     * @param settings further settings of the upstream, YAML, indented by four
     */
    static Gateway start(Map<String, String> environment, String settings, int... ports) {
        return Gateway.start(environment, 1, routes(settings, ports));
    }

    static Gateway start(String settings, int... ports) {
        return start(Map.of(), settings, ports);
    }

    /** The upstream behind TLS. */
    static Gateway startTls(String settings, int port) {
        return Gateway.start(Map.of(), 1, routes("https", settings, "", port));
    }

    /** The front speaks TLS, and so HTTP/2, with the directory's {@code server.pem} and {@code server.key}. */
    static Gateway startSecured(Path directory, int port) {
        Map<String, String> environment = Map.of(
                "TLS_ENABLE", "true",
                "TLS_CERT_PATH", directory.resolve("server.pem").toString(),
                "TLS_KEY_PATH", directory.resolve("server.key").toString());
        return start(environment, "", port);
    }

    /** A second upstream, {@code quick}, serves {@code /other}. */
    static Gateway startTwo(String settings, int port, int quick) {
        String other = "  quick: {urls: 'http://127.0.0.1:" + quick + "'}\n";
        return Gateway.start(Map.of(), 1, routes("http", settings, other, port));
    }

    static List<RouteConfig> routes(String settings, int... ports) {
        return routes("http", settings, "", ports);
    }

    private static List<RouteConfig> routes(String scheme, String settings, String others, int... ports) {
        StringBuilder urls = new StringBuilder();
        for (int port : ports) {
            urls.append(urls.isEmpty() ? "" : ",")
                    .append(scheme)
                    .append("://127.0.0.1:")
                    .append(port);
        }
        String more = others.isEmpty()
                ? ""
                : "  - {name: other, method: GET, path: /other, roles: any, target: {http: {upstream: quick}}}\n";
        String upstreams = "upstreams:\n  up:\n    urls: \"" + urls + "\"\n" + settings + others;
        try (TempDirectory directory = TempDirectory.create()) {
            directory.with("upstreams.yaml", upstreams).with("routes/u.yaml", ROUTES + more);
            return Gateway.routes(directory.path().resolve("routes"));
        }
    }
}
