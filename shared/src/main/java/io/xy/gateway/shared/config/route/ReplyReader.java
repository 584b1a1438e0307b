package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.config.Section;
import io.xy.gateway.shared.config.YamlTree.Value;
import io.xy.gateway.shared.error.GatewayError;
import java.util.List;
import java.util.Map;

/** Reads the {@code reply} of a route. */
final class ReplyReader {
    private ReplyReader() {}

    static ReplyRule read(Section route, TemplateReader templates) {
        Section s = route.section("reply");
        ReplyRule.Envelope envelope =
                s.word("envelope", ReplyRule.Envelope.DESK).read("How the data is wrapped");
        int status = s.integer("status", 200).range(200, 299).readInt("Status of success");
        String notFound = s.text("not-found", "").read("Text of the 404 that a null result becomes");
        String success =
                s.text("success", "").form("[A-Za-z0-9_]*", "a field's name").read("Field that says success or not");
        Value data = s.raw("data");
        Map<String, Template> members = members(s, "members", templates);
        if (envelope == ReplyRule.Envelope.PLAIN && !members.isEmpty()) {
            s.problem("members", "need the desk's envelope");
        }
        ReplyRule rule = new ReplyRule(
                envelope,
                status,
                notFound,
                success,
                refusal(s.section("refusal"), templates),
                data == null ? null : templates.read(data, s.path() + ".data"),
                members);
        s.done();
        return rule;
    }

    private static ReplyRule.Refusal refusal(Section s, TemplateReader templates) {
        GatewayError error = s.word("error", GatewayError.REFUSED).read("Code of a refusal, unless its text means 404");
        ReplyRule.Refusal refusal = new ReplyRule.Refusal(
                error,
                s.text("text", "message")
                        .form("[A-Za-z0-9_]+", "a field's name")
                        .read("Field with the reason"),
                s.texts("not-found", List.of()).read("Reasons that mean 404"),
                members(s, "members", templates));
        s.done();
        return refusal;
    }

    private static Map<String, Template> members(Section s, String key, TemplateReader templates) {
        Value members = s.raw(key);
        if (members == null) {
            return Map.of();
        }
        if (members.entries() == null) {
            s.problem(key, "must be a mapping");
            return Map.of();
        }
        return templates.members(members.entries(), s.path() + '.' + key);
    }
}
