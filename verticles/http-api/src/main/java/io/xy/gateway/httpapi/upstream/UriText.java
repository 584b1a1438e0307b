package io.xy.gateway.httpapi.upstream;

import io.xy.gateway.shared.config.route.PathTemplate;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes request targets: what is not plainly allowed is escaped, so that no value can end a segment or a line. */
final class UriText {
    private static final String HEX = "0123456789ABCDEF";

    private UriText() {}

    /** The template with the parameters' values. */
    static StringBuilder path(PathTemplate template, Map<String, String> parameters) {
        StringBuilder text = new StringBuilder(64);
        for (PathTemplate.Segment segment : template.segments()) {
            text.append('/');
            append(text, segment.parameter() ? parameters.getOrDefault(segment.text(), "") : segment.text());
        }
        return text;
    }

    /** Escapes everything but the unreserved characters of RFC 3986. */
    static void append(StringBuilder text, String value) {
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= 'a' && b <= 'z'
                    || b >= 'A' && b <= 'Z'
                    || b >= '0' && b <= '9'
                    || b == '-'
                    || b == '.'
                    || b == '_'
                    || b == '~';
            if (plain) {
                text.append((char) b);
            } else {
                text.append('%').append(HEX.charAt(b >> 4 & 15)).append(HEX.charAt(b & 15));
            }
        }
    }

    /** The value, escaped where a header could not hold it. */
    static String headerValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c > 0x7e || c == '%') {
                StringBuilder text = new StringBuilder(value.length() + 16);
                append(text, value);
                return text.toString();
            }
        }
        return value;
    }
}
