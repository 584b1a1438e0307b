package io.xy.gateway.httpapi.checks;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.message.Payload;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The body of a request as a JSON tree. It is parsed once; whoever gets it from us gets what was parsed. */
public final class JsonBody {
    /** Objects, lists and values in one body. */
    public static final int MAX_VALUES = 100_000;

    static final String MALFORMED = "The body is not valid JSON, or names a member twice";

    private JsonBody() {}

    /** The value of the body that was read; null stands for JSON's null. */
    public static @Nullable Object read(Exchange exchange) throws IOException {
        Object value = JsonText.read(exchange.body().array(), MAX_VALUES);
        if (isForwarded(exchange.route().target())) {
            exchange.body(Payload.of(JsonText.write(value)));
        }
        return value;
    }

    /** The one problem of a body that could not be read. */
    public static Violation malformed() {
        return new Violation(Violation.POINTER, "", MALFORMED);
    }

    /** Whether somebody gets the body as it came, not fields of it. */
    private static boolean isForwarded(RouteTarget target) {
        return target instanceof RouteTarget.Nats || target instanceof RouteTarget.Http http && http.body() == null;
    }
}
