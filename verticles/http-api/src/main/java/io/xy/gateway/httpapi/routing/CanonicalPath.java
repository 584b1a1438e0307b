package io.xy.gateway.httpapi.routing;

import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * The one form of a request target that rules decide on: decoded once, and refused when another reader could see
 * another path in it ({@code ..}, {@code %2f}, {@code %5c}, {@code ;}, {@code //}, controls, a second layer of escapes,
 * characters that Unicode takes for others). A query has at most {@link Query#MAX} parameters.
 *
 * @param path decoded
 * @param query as sent, without the question mark
 */
public record CanonicalPath(String path, String query) {
    /** The canonical form; null when the target is ambiguous or malformed. */
    public static @Nullable CanonicalPath of(String target) {
        if (target.isEmpty() || target.charAt(0) != '/' || target.indexOf('#') >= 0) {
            return null;
        }
        int question = target.indexOf('?');
        int end = question < 0 ? target.length() : question;
        if (hasEscapedSlash(target, end)) {
            return null;
        }
        String path = Percent.decode(target, 0, end, false);
        if (path == null || !isPlain(path) || !isPlainQuery(target, end)) {
            return null;
        }
        return new CanonicalPath(path, question < 0 ? "" : target.substring(question + 1));
    }

    private static boolean hasEscapedSlash(String target, int end) {
        for (int i = target.indexOf('%'); i >= 0 && i + 2 < end; i = target.indexOf('%', i + 1)) {
            if (target.charAt(i + 1) == '2' && (target.charAt(i + 2) | 0x20) == 'f') {
                return true;
            }
        }
        return false;
    }

    private static boolean isPlain(String path) {
        int segment = 1;
        boolean ascii = true;
        for (int i = 1; i <= path.length(); i++) {
            char c = i == path.length() ? '/' : path.charAt(i);
            if (c < 0x20 || c == 0x7f || c == '\\' || c == ';' || c == '%') {
                return false;
            }
            ascii &= c < 0x7f;
            if (c == '/') {
                boolean last = i == path.length();
                if (i == segment && !last || isDots(path, segment, i)) {
                    return false;
                }
                segment = i + 1;
            }
        }
        return ascii || isPlainText(path);
    }

    /** Whether every reader sees the same characters: no twins of others, nothing that is not shown. */
    private static boolean isPlainText(String path) {
        return Normalizer.isNormalized(path, Normalizer.Form.NFKC)
                && path.codePoints()
                        .allMatch(c -> c == ' '
                                || Character.isDefined(c)
                                        && switch (Character.getType(c)) {
                                            case Character.CONTROL,
                                                    Character.FORMAT,
                                                    Character.SURROGATE,
                                                    Character.PRIVATE_USE,
                                                    Character.SPACE_SEPARATOR,
                                                    Character.LINE_SEPARATOR,
                                                    Character.PARAGRAPH_SEPARATOR -> false;
                                            default -> true;
                                        });
    }

    private static boolean isPlainQuery(String target, int start) {
        int parameters = 1;
        for (int i = start; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= 0x20 || c > 0x7e || c == '&' && ++parameters > Query.MAX) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDots(String path, int start, int end) {
        int length = end - start;
        return length == 1 && path.charAt(start) == '.'
                || length == 2 && path.charAt(start) == '.' && path.charAt(start + 1) == '.';
    }
}
