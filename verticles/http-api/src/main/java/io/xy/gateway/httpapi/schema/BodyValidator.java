package io.xy.gateway.httpapi.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.FailFastAssertionException;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import io.xy.gateway.httpapi.checks.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A compiled JSON Schema (2020-12, formats asserted). Loads nothing from anywhere. Usable on any thread; bounded: it
 * stops at the first value that makes more than {@link Violation#MAX} problems.
 */
public final class BodyValidator {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDialect(Dialects.getDraft202012(), builder -> builder.schemaCacheEnabled(false)
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .locale(Locale.ROOT)
                            .pathType(PathType.JSON_POINTER)
                            .formatAssertionsEnabled(true)
                            .preloadSchema(true)
                            .build()));

    private final Schema schema;

    private BodyValidator(Schema schema) {
        this.schema = schema;
    }

    /** @throws RuntimeException of the library when the schema cannot be compiled */
    static BodyValidator compile(Map<String, @Nullable Object> json) {
        Schema schema = REGISTRY.getSchema(JsonNodes.of(json));
        schema.initializeValidators();
        return new BodyValidator(schema);
    }

    /** What all schemas must keep to. */
    static BodyValidator ofSchemas() {
        Schema schema =
                REGISTRY.getSchema(SchemaLocation.of(Dialects.getDraft202012().getId()));
        schema.initializeValidators();
        return new BodyValidator(schema);
    }

    /** What is wrong with a value; nothing when it is right. */
    List<Violation> violations(@Nullable Object value) {
        List<Violation> violations = new ArrayList<>();
        for (Error error : errors(value)) {
            String pointer = error.getInstanceLocation().toString();
            violations.add(new Violation(Violation.POINTER, pointer, detail(pointer, error)));
        }
        return violations;
    }

    private List<Error> errors(@Nullable Object value) {
        ExecutionContext context = schema.createExecutionContext();
        List<Error> errors = new Bounded();
        context.setErrors(errors);
        try {
            schema.validate(context, JsonNodes.of(value));
        } catch (FailFastAssertionException enough) {
            return errors;
        }
        return context.getErrors();
    }

    private static String detail(String pointer, Error error) {
        String message = error.getMessage();
        String text = message.startsWith(pointer) ? message.substring(pointer.length()) : message;
        return "body" + (pointer.isEmpty() ? "" : " '" + pointer + "'") + (text.startsWith(":") ? "" : " ")
                + text.strip();
    }

    /** Takes as many errors as are told, and then ends the work. */
    private static final class Bounded extends ArrayList<Error> {
        private static final long serialVersionUID = 1;

        @Override
        public boolean add(Error error) {
            super.add(error);
            if (size() >= Violation.MAX) {
                throw new FailFastAssertionException(error);
            }
            return true;
        }
    }
}
