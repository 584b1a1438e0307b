package io.xy.gateway.health.page;

/**
 * Something outside the gateway that it leans on.
 *
 * @param detail why it is down, or a note of whoever holds the connection; may be empty
 */
record Dependency(String name, boolean configured, boolean up, String detail) {
    boolean lost() {
        return configured && !up;
    }
}
