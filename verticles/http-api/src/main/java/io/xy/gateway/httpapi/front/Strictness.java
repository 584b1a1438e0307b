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

/** What the HTTP decoder lets through and a gateway must not. Checked against Netty 4.2.18 and Vert.x 5.0.12. */
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
        if (!fields.isPlain(request.version())) {
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
        if (cause instanceof StrictDecoder.UnknownVersion) {
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
        private static final int LONGEST_LENGTH = 18;

        private int count;
        private int hosts;
        private int encodings;
        private int lengths;
        private boolean ambiguous;
        private boolean hasBody;
        private boolean upgrade;

        @Override
        public void accept(String name, String value) {
            count++;
            if (name.equalsIgnoreCase("host")) {
                hosts++;
                ambiguous |= !isHost(value);
            } else if (name.equalsIgnoreCase("content-length")) {
                lengths++;
                ambiguous |= !isLength(value);
                hasBody |= !value.equals("0");
            } else if (name.equalsIgnoreCase("transfer-encoding")) {
                encodings++;
                ambiguous |= !value.equalsIgnoreCase("chunked");
                hasBody = true;
            } else if (name.equalsIgnoreCase("upgrade")) {
                upgrade |= value.equalsIgnoreCase("websocket");
            } else {
                ambiguous |= name.isEmpty();
            }
        }

        boolean isPlain(HttpVersion version) {
            if (ambiguous || lengths > 1 || hosts > 1) {
                return false;
            }
            if (version == HttpVersion.HTTP_2) {
                return encodings == 0;
            }
            boolean current = version == HttpVersion.HTTP_1_1;
            // What follows an upgrade is of the other protocol: a body in between would be taken for it.
            return encodings <= (current ? 1 : 0) && hosts >= (current ? 1 : 0) && !(upgrade && hasBody);
        }

        /** Whether a length is said in digits and nothing else. */
        private static boolean isLength(String length) {
            for (int i = 0; i < length.length(); i++) {
                if (length.charAt(i) < '0' || length.charAt(i) > '9') {
                    return false;
                }
            }
            return !length.isEmpty() && length.length() <= LONGEST_LENGTH;
        }

        private static boolean isHost(String host) {
            for (int i = 0; i < host.length(); i++) {
                char c = host.charAt(i);
                boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
                if (!plain && "-._~:[]".indexOf(c) < 0) {
                    return false;
                }
            }
            return !host.isEmpty();
        }
    }
}
