package io.xy.gateway.httpapi.streams;

import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.shared.config.StreamsConfig.Rule;
import io.xy.gateway.shared.config.route.RouteTarget.Streams;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.History.Past;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.StreamEntitlement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last stage of the routes about streams. A caller learns of what it might subscribe, and of nothing else. */
final class StreamsTarget implements Stage {
    private static final int SUBJECTS = 1_000;
    private static final int VALUES = 100;
    private static final int GRANTS = 256;

    private final Streams rule;
    private final StreamDesk desk;
    private final StreamEntitlement entitlement;

    StreamsTarget(Streams rule, StreamDesk desk, StreamEntitlement entitlement) {
        this.rule = rule;
        this.desk = desk;
        this.entitlement = entitlement;
    }

    @Override
    public void run(Exchange exchange) {
        switch (rule.action()) {
            case CATALOGUE -> catalogue(exchange);
            case HISTORY -> history(exchange);
        }
    }

    private void catalogue(Exchange exchange) {
        List<Map<String, @Nullable Object>> streams = new ArrayList<>();
        List<String> patterns = new ArrayList<>();
        for (Rule stream : desk.catalogue().rules()) {
            for (String pattern : entitlement.grants(exchange.principal(), stream.pattern())) {
                if (patterns.size() < GRANTS) {
                    patterns.add(pattern);
                    streams.add(described(pattern, stream));
                }
            }
        }
        int limit = limit(exchange, SUBJECTS);
        desk.last(patterns, limit, exchange.deadline())
                .onSuccess(last -> {
                    List<Object> subjects = new ArrayList<>();
                    last.forEach((subject, past) -> {
                        if (subjects.size() < limit && maySee(exchange.principal(), subject)) {
                            subjects.add(newest(past, exchange.startedAt()));
                        }
                    });
                    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
                    answer.put("streams", streams);
                    answer.put("subjects", subjects);
                    exchange.answer(Answer.json(200, JsonText.write(answer)));
                })
                .onFailure(e -> exchange.fail(GatewayException.failureOf(e)));
    }

    private void history(Exchange exchange) {
        String subject = exchange.path().getOrDefault("subject", "");
        Failure refusal = entitlement.refusalOfSubject(exchange.principal(), subject);
        if (refusal != null) {
            exchange.fail(refusal);
            return;
        }
        desk.history(subject, limit(exchange, VALUES), exchange.deadline())
                .onSuccess(past -> exchange.answer(Answer.json(200, JsonText.write(told(subject, past)))))
                .onFailure(e -> exchange.fail(GatewayException.failureOf(e)));
    }

    private boolean maySee(Principal principal, String subject) {
        return entitlement.refusal(principal, subject) == null;
    }

    private static int limit(Exchange exchange, int usual) {
        return exchange.query().get("limit") instanceof Number number ? number.intValue() : usual;
    }

    private static Map<String, @Nullable Object> described(String pattern, Rule stream) {
        Map<String, @Nullable Object> described = new LinkedHashMap<>();
        described.put("subject", pattern);
        described.put("source", stream.source().name().toLowerCase(Locale.ROOT));
        described.put("mode", stream.mode().name().toLowerCase(Locale.ROOT));
        described.put("schema", stream.schema().isEmpty() ? null : stream.schema());
        described.put("staleAfter", stream.staleMillis() == 0 ? null : stream.staleMillis());
        described.put("history", !stream.history().isEmpty());
        described.put("description", stream.description());
        return described;
    }

    private Map<String, @Nullable Object> newest(Past past, long now) {
        StreamRecord last = past.records().get(past.records().size() - 1);
        Rule stream = desk.catalogue().ruleOf(past.subject());
        Map<String, @Nullable Object> subject = new LinkedHashMap<>();
        subject.put("subject", past.subject());
        subject.put("source", past.source());
        subject.put("mode", stream == null ? "latest" : stream.mode().name().toLowerCase(Locale.ROOT));
        subject.put("schema", stream == null || stream.schema().isEmpty() ? null : stream.schema());
        subject.put("live", past.live());
        subject.put("age", Math.max(0, now - last.timestamp()));
        subject.put("last", value(last));
        return subject;
    }

    private static Map<String, @Nullable Object> told(String subject, @Nullable Past past) {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("subject", subject);
        told.put("source", past == null ? null : past.source());
        told.put("live", past != null && past.live());
        told.put("complete", past != null && past.complete());
        told.put(
                "values",
                past == null
                        ? List.of()
                        : past.records().stream()
                                .filter(record -> record.kind() == Kind.VALUE)
                                .map(StreamsTarget::value)
                                .toList());
        return told;
    }

    private static Map<String, @Nullable Object> value(StreamRecord record) {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("epoch", record.epoch());
        value.put("seq", record.sequence());
        value.put("ts", record.timestamp());
        value.put("value", content(record.payload()));
        return value;
    }

    /** JSON as it is; anything else as on the socket. */
    private static @Nullable Object content(Payload payload) {
        try {
            return JsonText.read(payload.array());
        } catch (IOException e) {
            return Map.of("$b64", Base64.getEncoder().encodeToString(payload.array()));
        }
    }
}
