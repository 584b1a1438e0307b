package io.xy.gateway.shared.config;

/** How careful the node is. */
public enum Profile {
    /** One machine, embedded back ends, generated secrets, localhost origins. */
    DEV,
    /** Refuses to start with anything that belongs to development. */
    PRODUCTION
}
