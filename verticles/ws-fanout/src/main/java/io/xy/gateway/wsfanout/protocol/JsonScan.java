package io.xy.gateway.wsfanout.protocol;

/**
 * Decides whether bytes are one JSON value (RFC 8259) in strict UTF-8, without building anything. An upstream payload is
 * embedded verbatim into frames of many clients, so one that only looks like JSON would spoil the frame for all of them.
 *
 * <p>Pure and stateless between calls; an instance belongs to one thread.
 */
public final class JsonScan {
    /** Deepest nesting that is embedded. */
    public static final int MAX_DEPTH = 64;

    private byte[] bytes = new byte[0];
    private int at;

    /** Whether the whole array is one valid value, not nested deeper than {@link #MAX_DEPTH}. */
    public boolean isValid(byte[] text) {
        bytes = text;
        at = 0;
        boolean valid = value(0) && isAtEnd();
        bytes = new byte[0];
        return valid;
    }

    private boolean isAtEnd() {
        skipSpace();
        return at == bytes.length;
    }

    private boolean value(int depth) {
        skipSpace();
        if (at >= bytes.length || depth > MAX_DEPTH) {
            return false;
        }
        return switch (bytes[at]) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean object(int depth) {
        at++;
        skipSpace();
        if (take('}')) {
            return true;
        }
        do {
            skipSpace();
            if (at >= bytes.length || bytes[at] != '"' || !string()) {
                return false;
            }
            skipSpace();
            if (!take(':') || !value(depth + 1)) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take('}');
    }

    private boolean array(int depth) {
        at++;
        skipSpace();
        if (take(']')) {
            return true;
        }
        do {
            if (!value(depth + 1)) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take(']');
    }

    private boolean string() {
        at++;
        while (at < bytes.length) {
            int c = bytes[at];
            if (c == '"') {
                at++;
                return true;
            }
            if (c == '\\') {
                if (!escape()) {
                    return false;
                }
            } else if (c >= 0x20) {
                at++;
            } else if (c >= 0) {
                return false;
            } else {
                int length = Utf8.sequenceLength(bytes, at, bytes.length);
                if (length == 0) {
                    return false;
                }
                at += length;
            }
        }
        return false;
    }

    private boolean escape() {
        at++;
        if (at >= bytes.length) {
            return false;
        }
        int c = bytes[at++];
        if (c != 'u') {
            return "\"\\/bfnrt".indexOf(c) >= 0;
        }
        for (int i = 0; i < 4; i++, at++) {
            if (at >= bytes.length || Character.digit(bytes[at], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private boolean number() {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        int start = at;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at > start;
    }

    private boolean word(String word) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (at >= bytes.length || bytes[at] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean take(char c) {
        if (at < bytes.length && bytes[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
    }
}
