package io.xy.gateway.wsfanout.connection;

import io.xy.gateway.wsfanout.protocol.ClientOp;
import java.util.regex.Pattern;

/**
 * Where a call on a socket goes: a request line as in REST ({@code POST /api/v1/orders}), a path alone (the method
 * follows from whether there is a body), or the name of a route, which then has an empty method.
 */
public record Target(String method, String path) {
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,10}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,128}");
    private static final int MAX_LENGTH = 2_048;

    /** Reads {@code to}, with an explicit method or an empty one. */
    public static Target of(String to, String method, boolean hasBody) {
        int space = to.indexOf(' ');
        String verb = space > 0 ? to.substring(0, space) : method;
        String path = space > 0 ? to.substring(space + 1) : to;
        if (path.startsWith("/")) {
            String chosen = !verb.isEmpty() ? verb : hasBody ? "POST" : "GET";
            if (!METHOD.matcher(chosen).matches() || path.length() > MAX_LENGTH || !isPrintable(path)) {
                throw ClientOp.bad("'to' is not a method and a path");
            }
            return new Target(chosen, path);
        }
        if (!NAME.matcher(path).matches()) {
            throw ClientOp.bad("'to' is neither a path nor the name of a route");
        }
        return new Target(verb, path);
    }

    private static boolean isPrintable(String path) {
        return path.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
