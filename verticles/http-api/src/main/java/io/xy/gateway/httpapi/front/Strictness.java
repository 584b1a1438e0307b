package io.xy.gateway.httpapi.front;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the HTTP decoder lets through and a gateway must not. Checked against Netty 4.2.20 and Vert.x 5.0.12. */
final class Strictness {
    private static final int MAX_HEADERS = 100;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Set<String> REFUSED_METHODS = Set.of("TRACE", "CONNECT");

    private Strictness() {}

    /** Why the request is refused whatever it asks for; null when it is not. */
    static @Nullable Failure refusal(HttpServerRequest request) {
        String method = request.method().name();
        if (!METHODS.contains(method)) {
            return REFUSED_METHODS.contains(method)
                    ? GatewayError.METHOD_NOT_ALLOWED.notExecuted(method + " is not served")
                    : GatewayError.NOT_IMPLEMENTED.notExecuted("");
        }
        Fields fields = new Fields();
        request.headers().forEach(fields);
        if (fields.count > MAX_HEADERS) {
            return GatewayError.HEADERS_TOO_LARGE.notExecuted("More than " + MAX_HEADERS + " headers");
        }
        if (request.version() != HttpVersion.HTTP_2 && !fields.isHttp1Plain(request.version())) {
            return GatewayError.BAD_REQUEST.notExecuted("The framing of the request is ambiguous");
        }
        String expect = request.getHeader(HttpHeaders.EXPECT);
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            return GatewayError.EXPECTATION_FAILED.notExecuted("");
        }
        return null;
    }

    /** The failure that a request stands for which the decoder could not read. */
    static Failure undecodable(HttpServerRequest request) {
        Throwable cause =
                request.decoderResult() == null ? null : request.decoderResult().cause();
        if (cause instanceof VersionCheck.UnknownVersion) {
            return GatewayError.HTTP_VERSION.notExecuted("");
        }
        if (cause instanceof TooLongHttpLineException) {
            return GatewayError.URI_TOO_LONG.notExecuted("");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return GatewayError.HEADERS_TOO_LARGE.notExecuted("");
        }
        return GatewayError.BAD_REQUEST.notExecuted("The request is not well-formed HTTP");
    }

    /** What the framing depends on, gathered in one pass. */
    private static final class Fields implements BiConsumer<String, String> {
        private int count;
        private int hosts;
        private int encodings;
        private int chunked;

        @Override
        public void accept(String name, String value) {
            count++;
            if (name.equalsIgnoreCase("host")) {
                hosts++;
            } else if (name.equalsIgnoreCase("transfer-encoding")) {
                encodings++;
                // A folded line leaves a blank in front, which nothing else does.
                chunked += value.equalsIgnoreCase("chunked") ? 1 : 0;
            }
        }

        boolean isHttp1Plain(HttpVersion version) {
            boolean hosted = hosts == 1 || hosts == 0 && version != HttpVersion.HTTP_1_1;
            return hosted && encodings == chunked && encodings <= 1;
        }
    }
}
