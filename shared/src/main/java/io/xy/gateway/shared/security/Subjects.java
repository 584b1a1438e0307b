package io.xy.gateway.shared.security;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * The grammar of subjects and what a pattern contains. {@code *} stands for one token, {@code >} for one or more at the
 * end. A pattern is allowed only when everything that it can match is allowed: matching the text of a pattern against a
 * whitelist once opened a whole tree.
 */
public final class Subjects {
    /** Longest subject or pattern in characters. */
    public static final int MAX_LENGTH = 256;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Subjects() {}

    /** A subject without wildcards, of printable ASCII tokens. */
    public static boolean isSubject(String text) {
        return isWellFormed(text, false);
    }

    /** A subject, or a pattern whose wildcards stand alone in their tokens. */
    public static boolean isPattern(String text) {
        return isWellFormed(text, true);
    }

    public static boolean hasWildcard(String pattern) {
        return pattern.indexOf('*') >= 0 || pattern.indexOf('>') >= 0;
    }

    /** Whether everything that {@code inner} matches is matched by {@code outer}. Both must be well formed. */
    public static boolean contains(String outer, String inner) {
        int o = 0;
        int i = 0;
        while (true) {
            int oEnd = tokenEnd(outer, o);
            int iEnd = tokenEnd(inner, i);
            if (isToken(outer, o, oEnd, '>')) {
                return true;
            }
            if (isToken(inner, i, iEnd, '>')) {
                return false;
            }
            if (!isToken(outer, o, oEnd, '*') && !sameToken(outer, o, oEnd, inner, i, iEnd)) {
                return false;
            }
            boolean outerEnds = oEnd == outer.length();
            boolean innerEnds = iEnd == inner.length();
            if (outerEnds || innerEnds) {
                return outerEnds && innerEnds;
            }
            o = oEnd + 1;
            i = iEnd + 1;
        }
    }

    /** Whether some subject is matched by both patterns. Both must be well formed. */
    public static boolean overlaps(String one, String other) {
        int a = 0;
        int b = 0;
        while (true) {
            int aEnd = tokenEnd(one, a);
            int bEnd = tokenEnd(other, b);
            if (isToken(one, a, aEnd, '>') || isToken(other, b, bEnd, '>')) {
                return true;
            }
            boolean any = isToken(one, a, aEnd, '*') || isToken(other, b, bEnd, '*');
            if (!any && !sameToken(one, a, aEnd, other, b, bEnd)) {
                return false;
            }
            if (aEnd == one.length() || bEnd == other.length()) {
                return aEnd == one.length() && bEnd == other.length();
            }
            a = aEnd + 1;
            b = bEnd + 1;
        }
    }

    /**
     * The token that stands for any text: letters, digits, {@code _} and {@code -} for themselves, everything else as
     * {@code =} and two hexadecimal digits per byte of UTF-8, so that different texts never share a token.
     */
    public static String token(String text) {
        StringBuilder token = new StringBuilder(text.length());
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = each >= 'a' && each <= 'z' || each >= 'A' && each <= 'Z' || each >= '0' && each <= '9';
            if (plain || each == '_' || each == '-') {
                token.append((char) each);
            } else {
                token.append('=').append(HEX.toHexDigits(each));
            }
        }
        return token.toString();
    }

    /** Whether one of the patterns contains the asked one. */
    public static boolean anyContains(List<String> patterns, String asked) {
        for (String pattern : patterns) {
            if (contains(pattern, asked)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWellFormed(String text, boolean wildcards) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        int start = 0;
        while (true) {
            int end = tokenEnd(text, start);
            boolean last = end == text.length();
            if (!isTokenAllowed(text, start, end, last, wildcards)) {
                return false;
            }
            if (last) {
                return true;
            }
            start = end + 1;
        }
    }

    private static boolean isTokenAllowed(String text, int start, int end, boolean last, boolean wildcards) {
        if (end == start) {
            return false;
        }
        if (end - start == 1 && (text.charAt(start) == '*' || text.charAt(start) == '>')) {
            return wildcards && (text.charAt(start) == '*' || last);
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain && c != '_' && c != '-' && c != '$' && c != ':' && c != '/' && c != '=' && c != '+') {
                return false;
            }
        }
        // System subjects are never a client's business.
        return text.charAt(start) != '$' || start != 0;
    }

    private static int tokenEnd(String text, int start) {
        int dot = text.indexOf('.', start);
        return dot < 0 ? text.length() : dot;
    }

    private static boolean isToken(String text, int start, int end, char c) {
        return end - start == 1 && text.charAt(start) == c;
    }

    private static boolean sameToken(String a, int aStart, int aEnd, String b, int bStart, int bEnd) {
        return aEnd - aStart == bEnd - bStart
                && a.regionMatches(aStart, b, bStart, aEnd - aStart)
                && !isToken(b, bStart, bEnd, '*');
    }
}
