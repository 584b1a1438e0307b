package io.xy.gateway.shared.message;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The verticles that a node can run, under their names. */
public enum Role {
    HEALTH,
    ZMQ_BRIDGE,
    NATS_BRIDGE,
    SIMULATOR,
    WS_FANOUT,
    HTTP_API;

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
