package io.xy.gateway.wsfanout.connection;

import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.hub.Outbox;
import io.xy.gateway.wsfanout.protocol.CloseCode;
import org.jspecify.annotations.Nullable;

/** One client of whatever protocol, as the house keeps it in order. */
public interface Member {
    /** Who it is; null until it has said so. */
    @Nullable
    Principal principal();

    /** Looks at time-outs; called twice a second. */
    void sweep(long nowMillis);

    /** Asks it to move to another node within the time. */
    void drain(long inMillis);

    void close(CloseCode code);

    /** As in logs. */
    String id();

    /** What waits for it. */
    Outbox outbox();

    int subscriptions();
}
