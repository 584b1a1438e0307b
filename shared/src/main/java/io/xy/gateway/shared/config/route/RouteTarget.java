package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /**
     * An HTTP service; bodies are streamed both ways unless one is mapped.
     *
     * @param path at the upstream
     * @param webSocket whether this is the way to a WebSocket
     * @param forwardCredentials whether the upstream sees the caller's token, key and cookies
     * @param body of the request to the upstream; null passes on what the caller sent
     */
    record Http(
            UpstreamConfig upstream,
            PathTemplate path,
            boolean webSocket,
            boolean forwardCredentials,
            Rules headers,
            Rules query,
            Rules response,
            @Nullable Template body)
            implements RouteTarget {}

    /**
     * What happens to headers or query parameters on their way.
     *
     * @param set under these names, in place of what was there
     */
    record Rules(Map<String, Template> set, List<String> remove) {
        public Rules {
            set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
            remove = List.copyOf(remove);
        }
    }

    /** A constant answer. */
    record Static(Template body) implements RouteTarget {}

    /** What became of the caller's call with the Idempotency-Key that the path parameter {@code key} names. */
    record OutcomeOfCall() implements RouteTarget {}

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

    /** What the gateway itself knows of streams. */
    record Streams(Action action) implements RouteTarget {
        public enum Action {
            /** Subjects with their last values. */
            CATALOGUE,
            /** Recent values of the subject that the path's parameter {@code subject} names. */
            HISTORY
        }
    }
}
