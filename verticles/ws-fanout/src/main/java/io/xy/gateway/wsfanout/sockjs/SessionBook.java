package io.xy.gateway.wsfanout.sockjs;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;

/**
 * Whose each open SockJS session is, by address and certificate: the session's name is the client's own choice and stands
 * in URLs, so who knows or guesses it must not be able to read or write it as somebody else. Shared by all instances of
 * the node, because a request may reach another instance than the one that opened the session; as large as the number of
 * sessions.
 */
final class SessionBook {
    /** {@code /prefix/server/session/transport}. */
    private static final int SEGMENTS = 3;

    /** Foreign threads enter here: the map is made for them. */
    private final LocalMap<String, String> owners;

    private final int prefix;

    /**
     * @param path of the bridge, without a slash at the end
     */
    SessionBook(Vertx vertx, String path) {
        this.owners = vertx.sharedData().getLocalMap("xy.sockjs.sessions");
        this.prefix = path.length() + 1;
    }

    void opened(String path, String owner) {
        String session = session(path);
        if (!session.isEmpty()) {
            owners.put(session, owner);
        }
    }

    void closed(String path) {
        owners.remove(session(path));
    }

    /** Whether a request for this path may come from this owner. */
    boolean admits(String path, String owner) {
        String first = owners.get(session(path));
        return first == null || first.equals(owner);
    }

    private String session(String path) {
        String[] segments =
                path.length() < prefix ? new String[0] : path.substring(prefix).split("/", -1);
        return segments.length == SEGMENTS ? segments[1] : "";
    }
}
