package io.xy.gateway.shared.security;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from. A proxy that is trusted appends to {@code X-Forwarded-For} whom it got the request from, so
 * the header is read from the right, as far as trusted proxies follow each other; what stands left of that may be
 * anybody's invention. {@code Forwarded} is not read: one rule, not two. Immutable.
 */
public final class ClientAddress {
    private static final int MAX_HOPS = 16;
    private static final int MAX_ENTRY = 64;

    private final Predicate<String> trusted;

    /**
     * @param trusted whether an address is that of a proxy that may speak for others
     */
    public ClientAddress(Predicate<String> trusted) {
        this.trusted = trusted;
    }

    /**
     * The address of the client.
     *
     * @param peer address of the socket
     * @param forwardedFor the header's values in order
     */
    public String of(String peer, List<String> forwardedFor) {
        String client = peer;
        int hops = 0;
        for (int i = forwardedFor.size() - 1; i >= 0; i--) {
            String value = forwardedFor.get(i);
            int end = value.length();
            while (end >= 0) {
                if (!trusted.test(client) || ++hops > MAX_HOPS) {
                    return client;
                }
                int comma = value.lastIndexOf(',', end - 1);
                String address = address(value, comma + 1, end);
                if (address == null) {
                    return client;
                }
                client = address;
                end = comma;
            }
        }
        return client;
    }

    /** An entry without its port; null when it is no address: then the proxy itself is the best that is known. */
    private static @Nullable String address(String value, int from, int to) {
        if (to - from > MAX_ENTRY) {
            return null;
        }
        String entry = value.substring(from, to).strip();
        int bracket = entry.indexOf(']');
        int colon = entry.indexOf(':');
        String address = entry;
        if (entry.startsWith("[") && bracket > 0) {
            boolean ends = bracket == entry.length() - 1 || entry.charAt(bracket + 1) == ':';
            address = ends ? entry.substring(1, bracket) : "";
        } else if (colon >= 0 && colon == entry.lastIndexOf(':')) {
            address = entry.substring(0, colon);
        }
        return IpAddress.bytes(address) == null ? null : address;
    }
}
