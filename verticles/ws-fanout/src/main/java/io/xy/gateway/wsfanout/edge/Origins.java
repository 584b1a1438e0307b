package io.xy.gateway.wsfanout.edge;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which pages may connect (requirement N3): a browser always says where a page comes from, so an origin that is there
 * must be listed, letter by letter. Programs that send none pass. Immutable.
 */
final class Origins {
    private static final Pattern LOCAL = Pattern.compile("http://(localhost|127\\.0\\.0\\.1)(:[0-9]{1,5})?");

    private final List<String> allowed;
    private final boolean local;

    /**
     * @param local whether every page of this machine may connect, for development
     */
    Origins(List<String> allowed, boolean local) {
        this.allowed = List.copyOf(allowed);
        this.local = local;
    }

    boolean admits(MultiMap headers) {
        List<String> origins = headers.getAll("origin");
        if (origins.isEmpty()) {
            return true;
        }
        if (origins.size() > 1 || origins.get(0).equals("null")) {
            return false;
        }
        String origin = origins.get(0);
        return allowed.contains(origin)
                || allowed.contains("*")
                || local && LOCAL.matcher(origin).matches();
    }
}
