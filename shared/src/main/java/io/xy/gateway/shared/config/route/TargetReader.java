package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.config.Section;
import io.xy.gateway.shared.config.YamlTree.Value;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the {@code target} of a route: exactly one kind. */
final class TargetReader {
    private static final String NAME = "[A-Za-z0-9_.-]{1,128}";

    private TargetReader() {}

    static RouteTarget read(
            Section route, PathTemplate path, Map<String, UpstreamConfig> upstreams, TemplateReader templates) {
        Section s = route.section("target");
        List<RouteTarget> found = new ArrayList<>();
        if (s.has("zmq")) {
            found.add(zmq(s.section("zmq"), templates));
        }
        if (s.has("nats")) {
            found.add(nats(s.section("nats"), templates));
        }
        Value constant = s.raw("static");
        if (constant != null) {
            found.add(new RouteTarget.Static(templates.read(constant, s.path() + ".static")));
        }
        if (s.has("identity")) {
            found.add(identity(s.section("identity")));
        }
        if (s.has("outcome")) {
            found.add(outcome(s, path));
        }
        if (s.has("streams")) {
            Section streams = s.section("streams");
            found.add(new RouteTarget.Streams(
                    streams.word("action", RouteTarget.Streams.Action.CATALOGUE).read("What to tell of streams")));
            streams.done();
        }
        if (s.has("http")) {
            RouteTarget.Http target = HttpTargetReader.read(s.section("http"), path, upstreams, templates);
            found.add(target == null ? new RouteTarget.Static(new Template.Constant(null)) : target);
        }
        s.done();
        if (found.size() != 1) {
            route.problem("target", "needs exactly one of http, zmq, nats, static, identity, outcome, streams");
        }
        return found.isEmpty() ? new RouteTarget.Static(new Template.Constant(null)) : found.get(0);
    }

    static RouteTarget.Zmq zmq(Section s, TemplateReader templates) {
        String service = s.text("service", "")
                .required()
                .form(NAME, "the name of a service")
                .read("Majordomo service");
        String method = s.text("method", "")
                .required()
                .form(NAME, "the name of a function")
                .read("Function of the service");
        Value args = s.raw("args");
        Value kwargs = s.raw("kwargs");
        if (args != null && args.items() == null) {
            s.problem("args", "must be a list");
        }
        if (kwargs != null && kwargs.entries() == null) {
            s.problem("kwargs", "must be a mapping");
        }
        List<Template> positional =
                args == null || args.items() == null ? List.of() : templates.list(args.items(), s.path() + ".args");
        Map<String, Template> named = kwargs == null || kwargs.entries() == null
                ? Map.of()
                : templates.members(kwargs.entries(), s.path() + ".kwargs");
        s.done();
        return new RouteTarget.Zmq(service, method, positional, named);
    }

    private static RouteTarget nats(Section s, TemplateReader templates) {
        String subject = s.text("subject", "")
                .required()
                .form("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*", "a subject without wildcards")
                .read("Subject of the request");
        Value body = s.raw("body");
        Template template = body == null
                ? new Template.Reference(Template.Root.BODY, List.of())
                : templates.read(body, s.path() + ".body");
        s.done();
        return new RouteTarget.Nats(subject, template);
    }

    private static RouteTarget outcome(Section s, PathTemplate path) {
        s.section("outcome").done();
        if (!path.parameters().contains("key")) {
            s.problem("outcome", "needs a path with {key}");
        }
        return new RouteTarget.OutcomeOfCall();
    }

    private static RouteTarget identity(Section s) {
        RouteTarget.Identity target = new RouteTarget.Identity(
                s.word("action", RouteTarget.Identity.Action.VALIDATE).read("What to do with the session"),
                s.integer("wrong-per-account", 10).range(1, 10_000).readInt("Wrong logins of one name per window"),
                s.integer("wrong-per-address", 50).range(1, 100_000).readInt("Wrong logins of one address per window"),
                s.duration("window", 60_000).range(1_000, 86_400_000).read("Window of wrong logins"));
        s.done();
        return target;
    }
}
