package io.xy.gateway.wsfanout.sockjs;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;

/**
 * From which address each open SockJS session came: the session's name is the client's own choice and stands in URLs, so
 * who knows or guesses it must not be able to read or write it from somewhere else. Shared by all instances of the node,
 * because a request may reach another instance than the one that opened the session; as large as the number of sessions.
 */
final class SessionBook {
    /** {@code /prefix/server/session/transport}. */
    private static final int SEGMENTS = 3;

    /** Foreign threads enter here: the map is made for them. */
    private final LocalMap<String, String> addresses;

    private final int prefix;

    /**
     * @param path of the bridge, without a slash at the end
     */
    SessionBook(Vertx vertx, String path) {
        this.addresses = vertx.sharedData().getLocalMap("xy.sockjs.sessions");
        this.prefix = path.length() + 1;
    }

    void opened(String path, String address) {
        String session = session(path);
        if (!session.isEmpty()) {
            addresses.put(session, address);
        }
    }

    void closed(String path) {
        addresses.remove(session(path));
    }

    /** Whether a request for this path may come from this address. */
    boolean admits(String path, String address) {
        String owner = addresses.get(session(path));
        return owner == null || owner.equals(address);
    }

    private String session(String path) {
        String[] segments =
                path.length() < prefix ? new String[0] : path.substring(prefix).split("/", -1);
        return segments.length == SEGMENTS ? segments[1] : "";
    }
}
