package io.xy.gateway.cluster;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.explain.Trace;
import io.xy.gateway.httpapi.metrics.HttpMeters;
import io.xy.gateway.httpapi.routing.RouteTable;
import io.xy.gateway.shared.config.route.PathTemplate;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.security.Principal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the REST side would do with a request, for a person and for a program. */
final class Explanation {
    private static final int NEAREST = 3;

    private final JsonObject json;
    private final boolean served;

    private Explanation(JsonObject json, boolean served) {
        this.json = json;
        this.served = served;
    }

    /** Whether a route of any method has this path. */
    static boolean hasRoute(List<RouteConfig> routes, String path) {
        HttpMeters unread = new HttpMeters();
        RouteTable table = new RouteTable(
                routes,
                route -> new RouteTable.Route(
                        route,
                        new Stage[0],
                        unread.route(route.method(), route.path().text())));
        return table.find(path) != null;
    }

    static Explanation ofNoRoute(ExplainedRequest request, String path, List<RouteConfig> routes) {
        JsonObject json = start(request, path);
        boolean api = path.startsWith("/api/");
        json.put("answer", new JsonObject().put("status", 404).put("detail", "not_found: no route has this path"));
        if (!api) {
            json.put(
                    "note",
                    "outside /api/ there are also health pages, the console and streams, which no route decides");
        }
        json.put("nearest", nearest(routes, path));
        return new Explanation(json, false);
    }

    /**
     * @param path the canonical one; empty when the request's has none
     */
    static Explanation of(ExplainedRequest request, String path, Trace trace, ExplainedRequest.Answer answer) {
        JsonObject json = start(request, path);
        RouteConfig route = trace.route();
        boolean served = answer.status() != 0 && answer.status() < 400;
        if (route != null) {
            json.put("route", route(route));
            json.put("caller", caller(trace.caller()));
            JsonArray stages = new JsonArray();
            for (Trace.Step step : trace.steps()) {
                JsonObject stage = new JsonObject()
                        .put("stage", step.stage())
                        .put("setting", step.setting())
                        .put("verdict", word(step, served));
                if (step.plan() != null) {
                    stage.put("sends", new JsonObject(step.plan()));
                }
                stages.add(stage);
            }
            json.put("stages", stages);
        }
        if (!served || route == null) {
            JsonObject said = new JsonObject().put("status", answer.status()).put("detail", answer.detail());
            if (answer.headers().containsKey("allow")) {
                said.put("allow", answer.headers().get("allow"));
            }
            json.put("answer", said);
        }
        if (answer.headers().containsKey("ratelimit-remaining")) {
            json.put("remaining", answer.headers().get("ratelimit-remaining"));
        }
        return new Explanation(json, served);
    }

    boolean isServed() {
        return served;
    }

    String json() {
        return json.encodePrettily();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(json.getString("request"));
        lines.add("path      " + json.getString("path", "refused: it is ambiguous"));
        JsonObject route = json.getJsonObject("route");
        if (route != null) {
            lines.add("route     " + route.getString("name") + "  (" + route.getString("where") + ")  "
                    + route.getString("template") + "  effect " + route.getString("effect"));
            lines.add("caller    " + json.getString("caller"));
            lines.add("stages");
            for (Object each : json.getJsonArray("stages")) {
                stage((JsonObject) each, lines);
            }
        }
        if (json.containsKey("remaining")) {
            lines.add("limits    " + json.getString("remaining") + " requests left after this one");
        }
        JsonObject answer = json.getJsonObject("answer");
        if (answer != null) {
            lines.add("answer    " + answer.getInteger("status") + "  " + answer.getString("detail")
                    + (answer.containsKey("allow") ? "  (allowed: " + answer.getString("allow") + ")" : ""));
        }
        if (json.containsKey("note")) {
            lines.add("note      " + json.getString("note"));
        }
        for (Object near : json.getJsonArray("nearest", new JsonArray())) {
            lines.add("nearest   " + near);
        }
        return lines;
    }

    private static void stage(JsonObject stage, List<String> lines) {
        String verdict = stage.getString("verdict");
        lines.add(String.format(
                        Locale.ROOT, "  %-12s%-16s%s", verdict, stage.getString("stage"), stage.getString("setting"))
                .stripTrailing());
        JsonObject sends = stage.getJsonObject("sends");
        if (sends == null) {
            return;
        }
        for (Map.Entry<String, Object> member : sends) {
            if (member.getValue() instanceof JsonObject object) {
                lines.add("      " + member.getKey());
                object.forEach(entry -> lines.add("          " + entry.getKey() + ": " + entry.getValue()));
            } else {
                lines.add(String.format(Locale.ROOT, "      %-16s%s", member.getKey(), member.getValue()));
            }
        }
    }

    private static JsonObject start(ExplainedRequest request, String path) {
        JsonObject json = new JsonObject().put("request", request.method() + ' ' + request.target());
        return path.isEmpty() ? json : json.put("path", path);
    }

    private static JsonObject route(RouteConfig route) {
        return new JsonObject()
                .put("name", route.name())
                .put("where", route.where())
                .put("template", route.method() + ' ' + route.path().text())
                .put("effect", route.effect().name().toLowerCase(Locale.ROOT));
    }

    private static String caller(Principal caller) {
        return caller.id().equals(Principal.anonymous().id())
                ? "nobody known"
                : caller.id() + ", role " + caller.role() + ", accounts " + caller.accounts();
    }

    /** The stage that was last when the gateway served the request itself did not refuse it. */
    private static String word(Trace.Step step, boolean served) {
        Trace.Verdict verdict =
                served && step.verdict() == Trace.Verdict.REFUSED ? Trace.Verdict.PASSED : step.verdict();
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static JsonArray nearest(List<RouteConfig> routes, String path) {
        List<String> asked = segments(path);
        JsonArray nearest = new JsonArray();
        routes.stream()
                .filter(route -> common(route, asked) > 0)
                .sorted(Comparator.comparingInt((RouteConfig route) -> -2 * common(route, asked)
                        + Math.abs(route.path().segments().size() - asked.size())))
                .limit(NEAREST)
                .forEach(
                        route -> nearest.add(route.method() + ' ' + route.path().text() + "  (" + route.where() + ')'));
        return nearest;
    }

    /** How many segments two paths share, in their order; what is nearly written the same counts too. */
    private static int common(RouteConfig route, List<String> asked) {
        int common = 0;
        List<PathTemplate.Segment> segments = route.path().segments();
        for (int i = 0; i < Math.min(segments.size(), asked.size()); i++) {
            String text = segments.get(i).text();
            boolean same = segments.get(i).parameter()
                    || text.equals(asked.get(i))
                    || text.length() > 3 && asked.get(i).length() > 3 && text.regionMatches(0, asked.get(i), 0, 4);
            common += same ? 1 : 0;
        }
        return common > 2 || segments.size() <= 2 ? common : 0;
    }

    private static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }
}
