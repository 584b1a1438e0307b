package io.xy.gateway.shared.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param where file, line and column, or the environment variable
 * @param path dotted path of the setting; empty when the file itself is unreadable
 * @param message what was seen, what is allowed, and the nearest valid name where that helps; never a secret's value
 */
public record Problem(String where, String path, String message) {
    @Override
    public String toString() {
        return where + (path.isEmpty() ? "" : ": " + path) + ": " + message;
    }
}
