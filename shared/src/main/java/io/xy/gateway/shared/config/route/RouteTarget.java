package io.xy.gateway.shared.config.route;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What answers a call. */
public sealed interface RouteTarget {
    /** A function of a Majordomo service. Keyword arguments whose value is absent are left out. */
    record Zmq(String service, String method, List<Template> args, Map<String, Template> kwargs)
            implements RouteTarget {
        public Zmq {
            args = List.copyOf(args);
            kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
        }
    }

    /** A NATS request. */
    record Nats(String subject, Template body) implements RouteTarget {}

    /** A constant answer. */
    record Static(Template body) implements RouteTarget {}

    /**
     * The gateway's own sessions.
     *
     * @param wrongPerAccount wrong logins of one user name within the window before it must wait
     * @param wrongPerAddress the same for one client address
     */
    record Identity(Action action, int wrongPerAccount, int wrongPerAddress, long windowMillis) implements RouteTarget {
        public enum Action {
            LOGIN,
            VALIDATE,
            REFRESH,
            LOGOUT
        }
    }
}
