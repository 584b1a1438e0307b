package io.xy.gateway.httpapi.calls;

import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Rendering;
import io.xy.gateway.httpapi.json.JsonPath;
import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.shared.config.route.ReplyRule;
import io.xy.gateway.shared.config.route.Template;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.security.Principal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a service's result into the route's answer. A result that goes out unchanged is never parsed: its bytes are put
 * between those of the envelope.
 */
public final class ReplyMapping {
    private static final byte[] DESK_HEAD = "{\"success\":true,\"data\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final ReplyRule rule;
    private final List<List<String>> filter;
    private final boolean raw;

    /**
     * @param filter where account ids stand in the result; empty when nothing is to be removed
     */
    public ReplyMapping(ReplyRule rule, List<List<String>> filter) {
        this.rule = rule;
        this.filter = filter;
        this.raw = rule.success().isEmpty()
                && rule.members().isEmpty()
                && rule.data() instanceof Template.Reference reference
                && reference.isWhole();
    }

    /** Answers the exchange with the result, or with the failure that the result stands for. */
    public void answer(Exchange exchange, Payload result) {
        byte[] bytes = result.isEmpty() ? NULL : result.array();
        boolean isNull = bytes.length == NULL.length && bytes[0] == 'n';
        if (isNull && !rule.notFound().isEmpty()) {
            exchange.fail(GatewayError.NOT_FOUND.notExecuted(rule.notFound()));
        } else if (raw && (filter.isEmpty() || exchange.principal().mayUseAllAccounts())) {
            exchange.answer(Answer.json(rule.status(), enveloped(bytes)));
        } else {
            map(exchange, bytes);
        }
    }

    private void map(Exchange exchange, byte[] bytes) {
        Object result;
        try {
            result = JsonText.read(bytes);
        } catch (IOException e) {
            exchange.fail(GatewayError.BAD_REPLY.executed("The service's answer is not JSON"));
            return;
        }
        Rendering rendering = new Rendering(exchange);
        if (isRefused(result)) {
            exchange.fail(refusal(result), rendering.members(rule.refusal().members(), result));
        } else if (!isVisible(exchange.principal(), result)) {
            exchange.fail(GatewayError.NOT_FOUND.notExecuted(rule.notFound()));
        } else {
            exchange.answer(Answer.json(rule.status(), JsonText.write(body(rendering, result))));
        }
    }

    /** Removes what belongs to other accounts; false when nothing of a single thing is left. */
    private boolean isVisible(Principal principal, @Nullable Object result) {
        if (filter.isEmpty() || principal.mayUseAllAccounts()) {
            return true;
        }
        int left = JsonPath.prune(result, filter, principal::mayUseAccount);
        return left > 0 || result instanceof List;
    }

    private @Nullable Object body(Rendering rendering, @Nullable Object result) {
        Template data = rule.data();
        Object value = data == null ? JsonPath.ABSENT : rendering.render(data, result);
        if (rule.envelope() == ReplyRule.Envelope.PLAIN) {
            return value == JsonPath.ABSENT ? Map.of() : value;
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("success", true);
        if (value != JsonPath.ABSENT) {
            body.put("data", value);
        }
        body.putAll(rendering.members(rule.members(), result));
        return body;
    }

    private boolean isRefused(@Nullable Object result) {
        return !rule.success().isEmpty() && Boolean.FALSE.equals(JsonPath.member(result, List.of(rule.success())));
    }

    private Failure refusal(@Nullable Object result) {
        Object reason = JsonPath.member(result, List.of(rule.refusal().text(), "message", "error"));
        Object first = reason instanceof List<?> reasons && !reasons.isEmpty() ? reasons.get(0) : reason;
        String text = first instanceof String said ? said : "";
        return rule.refusal().notFound().contains(text)
                ? GatewayError.NOT_FOUND.notExecuted(text)
                : rule.refusal().error().notExecuted(text);
    }

    private byte[] enveloped(byte[] result) {
        if (rule.envelope() == ReplyRule.Envelope.PLAIN) {
            return result;
        }
        byte[] body = new byte[DESK_HEAD.length + result.length + 1];
        System.arraycopy(DESK_HEAD, 0, body, 0, DESK_HEAD.length);
        System.arraycopy(result, 0, body, DESK_HEAD.length, result.length);
        body[body.length - 1] = '}';
        return body;
    }
}
