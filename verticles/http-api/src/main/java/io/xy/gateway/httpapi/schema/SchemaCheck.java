package io.xy.gateway.httpapi.schema;

import io.xy.gateway.httpapi.checks.FieldCheck;
import io.xy.gateway.httpapi.checks.JsonBody;
import io.xy.gateway.httpapi.checks.Violation;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.shared.config.route.BodySchema;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the body against the route's JSON Schema. */
public final class SchemaCheck implements Stage {
    private final BodyValidator validator;
    private final String where;

    public SchemaCheck(BodySchema schema) {
        this.validator = BodyValidator.compile(schema.json());
        this.where = schema.where();
    }

    @Override
    public String setting() {
        return "JSON Schema at " + where;
    }

    @Override
    public void run(Exchange exchange) {
        Object value;
        try {
            value = JsonBody.read(exchange);
        } catch (IOException e) {
            FieldCheck.refuse(exchange, List.of(JsonBody.malformed()));
            return;
        }
        List<Violation> wrong = validator.violations(value);
        if (!wrong.isEmpty()) {
            FieldCheck.refuse(exchange, wrong);
            return;
        }
        if (value instanceof Map<?, ?> members) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            members.forEach((name, member) -> fields.put(String.valueOf(name), member));
            exchange.bodyFields(fields);
        }
        exchange.next();
    }
}
