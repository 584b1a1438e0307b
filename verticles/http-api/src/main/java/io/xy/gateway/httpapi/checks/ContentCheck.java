package io.xy.gateway.httpapi.checks;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.shared.error.GatewayError;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Refuses bodies by their headers, before anything is read: content type and announced length. */
public final class ContentCheck implements Stage {
    private static final String JSON = "application/json";
    private final long maxBytes;

    public ContentCheck(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public void run(Exchange exchange) {
        HttpServerRequest http = exchange.origin().http();
        if (http == null) {
            checkBus(exchange);
            return;
        }
        if (!isJson(http.getHeader(HttpHeaders.CONTENT_TYPE))) {
            exchange.fail(GatewayError.UNSUPPORTED_MEDIA_TYPE.notExecuted("The body must be application/json"));
        } else if (http.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            exchange.fail(GatewayError.UNSUPPORTED_MEDIA_TYPE.notExecuted("The body must not be compressed"));
        } else if (BodyReader.announced(http) > maxBytes) {
            exchange.fail(GatewayError.TOO_LARGE.notExecuted("The body may have " + maxBytes + " bytes"));
        } else {
            exchange.next();
        }
    }

    @Override
    public String setting() {
        return "application/json, uncompressed, at most " + maxBytes + " bytes";
    }

    private void checkBus(Exchange exchange) {
        if (exchange.body().length() > maxBytes) {
            exchange.fail(GatewayError.TOO_LARGE.notExecuted("The body may have " + maxBytes + " bytes"));
        } else {
            exchange.next();
        }
    }

    private static boolean isJson(@Nullable String type) {
        if (type == null) {
            return false;
        }
        int semicolon = type.indexOf(';');
        String media = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        if (!media.equalsIgnoreCase(JSON)) {
            return false;
        }
        String parameter =
                semicolon < 0 ? "" : type.substring(semicolon + 1).strip().toLowerCase(Locale.ROOT);
        return parameter.isEmpty() || parameter.equals("charset=utf-8") || parameter.equals("charset=\"utf-8\"");
    }
}
