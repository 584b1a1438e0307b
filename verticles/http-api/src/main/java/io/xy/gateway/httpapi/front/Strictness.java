package io.xy.gateway.httpapi.front;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import java.util.List;
import java.util.Set;
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
        if (request.headers().size() > MAX_HEADERS) {
            return GatewayError.HEADERS_TOO_LARGE.notExecuted("More than " + MAX_HEADERS + " headers");
        }
        if (request.version() != HttpVersion.HTTP_2 && !isHttp1Plain(request)) {
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

    private static boolean isHttp1Plain(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        if (hosts.size() > 1 || hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1) {
            return false;
        }
        // A folded line leaves a blank in front, which nothing else does.
        List<String> encodings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        return encodings.isEmpty() || encodings.size() == 1 && encodings.get(0).equalsIgnoreCase("chunked");
    }
}
