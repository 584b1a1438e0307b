package io.xy.gateway.shared.message;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The verticles that a node can run, in the order in which they start. They stop in the order of {@link #stopOrder}. */
public enum Role {
    HEALTH(5),
    ZMQ_BRIDGE(4),
    NATS_BRIDGE(3),
    SIMULATOR(2),
    WS_FANOUT(1),
    HTTP_API(0);

    private final int stopOrder;

    Role(int stopOrder) {
        this.stopOrder = stopOrder;
    }

    /** Smaller stops earlier. */
    public int stopOrder() {
        return stopOrder;
    }

    /** The name in {@code SERVICE_TYPE}, in health reports and metrics: {@code http-api}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static @Nullable Role of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        return null;
    }
}
