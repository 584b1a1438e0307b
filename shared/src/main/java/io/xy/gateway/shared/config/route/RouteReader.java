package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.config.Nearest;
import io.xy.gateway.shared.config.Section;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.security.Principal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one route. */
final class RouteReader {
    private static final String PATH = "/|(/([A-Za-z0-9._~-]+|\\{[A-Za-z][A-Za-z0-9]*\\}))+";
    private static final List<String> ROLES =
            List.of("any", "public", Principal.ADMIN, Principal.OPERATOR, Principal.VIEWER);

    /** The methods that routes can have. */
    enum Method {
        GET(Effect.READ),
        POST(Effect.ONCE),
        PUT(Effect.IDEMPOTENT),
        PATCH(Effect.ONCE),
        DELETE(Effect.IDEMPOTENT);

        private final Effect effect;

        Method(Effect effect) {
            this.effect = effect;
        }
    }

    private RouteReader() {}

    /**
     * @param directory of the configuration, where schemas are
     */
    static RouteConfig read(Section s, Map<String, UpstreamConfig> upstreams, Path directory) {
        String name = s.text("name", "")
                .required()
                .form("[a-z0-9.-]{1,64}", "small letters, digits, dots and dashes")
                .read("Unique name of the route");
        String method = method(s);
        PathTemplate path = PathTemplate.of(s.text("path", "/")
                .required()
                .form(PATH, "an absolute path; a parameter is a whole segment {name}")
                .read("Path template"));
        if (path.parameters().size()
                < path.segments().stream()
                        .filter(PathTemplate.Segment::parameter)
                        .count()) {
            s.problem("path", "names a parameter twice");
        }
        Effect effect = s.word("effect", Method.valueOf(method).effect).read("What a repeat would do");
        RequestRule request = RequestReader.read(s, path, method, directory);
        TemplateReader before = new TemplateReader(s.reading(), request, path.parameters(), false);
        TemplateReader after = new TemplateReader(s.reading(), request, path.parameters(), true);
        AccessRule access = access(s, path, request);
        AccountRule accounts = accounts(s, path, request, before);
        RouteConfig route = new RouteConfig(
                name,
                s.where(),
                s.text("description", "").read("For the documentation"),
                method,
                path,
                effect,
                access,
                accounts,
                RouteLimit.read(s, access.kind() != AccessRule.Kind.PUBLIC, accounts),
                s.duration("timeout", 0).range(0, 30_000).read("Deadline of a call; 0 takes http.call-timeout"),
                TargetReader.read(s, path, upstreams, before),
                request,
                ReplyReader.read(s, after));
        s.done();
        return route;
    }

    private static String method(Section s) {
        Set<String> allowed = new HashSet<>();
        for (Method method : Method.values()) {
            allowed.add(method.name());
        }
        String word = s.text("method", "").required().read("HTTP method");
        if (allowed.contains(word)) {
            return word;
        }
        if (!word.isEmpty()) {
            s.problem(
                    "method",
                    "is '" + word + "'; allowed: GET, POST, PUT, PATCH, DELETE" + Nearest.hint(word, allowed));
        }
        return "GET";
    }

    private static AccessRule access(Section s, PathTemplate path, RequestRule request) {
        List<String> roles = s.texts("roles", List.of()).read("any, public, or a list of admin, operator, viewer");
        for (String role : roles) {
            if (!ROLES.contains(role)) {
                s.problem(
                        "roles",
                        "has '" + role + "'; allowed: " + String.join(", ", ROLES) + Nearest.hint(role, ROLES));
            }
        }
        boolean isPublic = roles.contains("public");
        boolean any = roles.contains("any");
        if (roles.isEmpty()) {
            s.problem("roles", "is required: any, public, or a list of admin, operator, viewer");
        } else if ((isPublic || any) && roles.size() > 1) {
            s.problem("roles", "has any or public together with others");
        }
        String permission = s.text("permission", "").read("Permission that a token which lists any must list");
        @Nullable FieldRef owner = null;
        if (s.has("owner")) {
            String text = s.text("owner", "").read("Where a user id stands that only this user or an admin may name");
            owner = RequestReader.ref(s, "owner", text, path, request);
        }
        AccessRule.Kind kind = isPublic ? AccessRule.Kind.PUBLIC : any ? AccessRule.Kind.ANY : AccessRule.Kind.ROLES;
        return new AccessRule(kind, roles, permission, owner);
    }

    private static AccountRule accounts(
            Section route, PathTemplate path, RequestRule request, TemplateReader templates) {
        if (!route.has("accounts")) {
            return AccountRule.NONE;
        }
        Section s = route.section("accounts");
        List<FieldRef> from = new ArrayList<>();
        for (String text : s.texts("from", List.of()).read("Where the request holds account ids")) {
            FieldRef ref = RequestReader.ref(s, "from", text, path, request);
            if (ref != null) {
                from.add(ref);
            }
        }
        AccountRule.@Nullable Lookup lookup = null;
        if (s.has("lookup")) {
            Section below = s.section("lookup");
            String field = below.text("field", "").required().read("Where its result holds account ids");
            lookup = new AccountRule.Lookup(
                    TargetReader.zmq(below.section("zmq"), templates), steps(below, "field", field, templates));
            below.done();
        }
        String filter = s.text("filter", "").read("Where the result holds account ids");
        AccountRule rule = new AccountRule(from, lookup, steps(s, "filter", filter, templates));
        s.done();
        return rule;
    }

    private static List<List<String>> steps(Section s, String key, String text, TemplateReader templates) {
        return text.isEmpty() ? List.of() : templates.steps(text, s.where(), s.path() + '.' + key);
    }
}
