package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.config.Nearest;
import io.xy.gateway.shared.config.Section;
import io.xy.gateway.shared.config.YamlTree.Value;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the {@code http} target of a route. */
final class HttpTargetReader {
    private static final String PATH = "/|(/([A-Za-z0-9._~-]+|\\{[A-Za-z][A-Za-z0-9]*\\}))+";
    private static final String HEADER = "[A-Za-z0-9-]{1,64}";
    private static final String PARAMETER = "[A-Za-z0-9._~-]{1,64}";

    private HttpTargetReader() {}

    /**
     * @param route the path that the route is found by; the upstream sees the same unless the target says another
     * @return null, with a problem noted, when the upstream is not known
     */
    static RouteTarget.@Nullable Http read(
            Section s, PathTemplate route, Map<String, UpstreamConfig> upstreams, TemplateReader templates) {
        String name = s.text("upstream", "").required().read("Name in upstreams.yaml");
        UpstreamConfig upstream = upstreams.get(name);
        if (upstream == null && !name.isEmpty()) {
            s.problem(
                    "upstream",
                    "is '" + name + "', which upstreams.yaml does not name" + Nearest.hint(name, upstreams.keySet()));
        }
        PathTemplate path = PathTemplate.of(s.text("path", route.text())
                .form(PATH, "an absolute path; a parameter is a whole segment {name}")
                .read("Path at the upstream"));
        for (String parameter : path.parameters()) {
            if (!route.parameters().contains(parameter)) {
                s.problem("path", "has {" + parameter + "}, which is no parameter of " + route.text());
            }
        }
        boolean webSocket = s.flag("websocket", false).read("Whether this is the way to a WebSocket");
        boolean credentials = s.flag("forward-credentials", false).read("Whether the upstream sees the caller's");
        RouteTarget.Rules request = rules(s.section("headers"), HEADER, templates);
        RouteTarget.Rules query = rules(s.section("query"), PARAMETER, templates);
        RouteTarget.Rules response = rules(s.section("response"), HEADER, templates);
        Value mapped = s.raw("body");
        Template body = mapped == null ? null : templates.read(mapped, s.path() + ".body");
        s.done();
        return upstream == null
                ? null
                : new RouteTarget.Http(upstream, path, webSocket, credentials, request, query, response, body);
    }

    private static RouteTarget.Rules rules(Section s, String form, TemplateReader templates) {
        Value set = s.raw("set");
        Map<String, Template> values = new LinkedHashMap<>();
        if (set != null && set.entries() == null) {
            s.problem("set", "must be a mapping");
        } else if (set != null && set.entries() != null) {
            values.putAll(templates.members(set.entries(), s.path() + ".set"));
        }
        for (String name : values.keySet()) {
            if (!name.matches(form)) {
                s.problem("set", "has '" + name + "'; allowed: letters, digits and dashes");
            }
        }
        List<String> remove = s.texts("remove", List.of()).form(form, "a name").read("Names that are taken away");
        s.done();
        return new RouteTarget.Rules(values, remove);
    }
}
