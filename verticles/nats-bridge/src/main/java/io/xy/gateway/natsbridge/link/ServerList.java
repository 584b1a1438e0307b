package io.xy.gateway.natsbridge.link;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect: the configured servers, and those of their cluster that they have told of, so that the gateway goes on
 * when none of the configured ones is left. What was discovered is asked in the way of the first configured URL: the same
 * scheme, the same user. For the link's thread.
 */
final class ServerList {
    private static final int MAX_DISCOVERED = 64;

    private final Set<String> discovered = new LinkedHashSet<>();

    /** All of them, the configured ones first. */
    List<String> with(List<String> configured) {
        Set<String> all = new LinkedHashSet<>(configured);
        for (String place : discovered) {
            if (!configured.isEmpty() && !isKnown(configured, place)) {
                all.add(like(configured.get(0), place));
            }
        }
        return new ArrayList<>(all);
    }

    /** What the server that is connected now knows of its cluster, which replaces what an earlier one knew. */
    void learn(Collection<String> urls) {
        discovered.clear();
        for (String url : urls) {
            String place = place(url);
            if (place != null && discovered.size() < MAX_DISCOVERED) {
                discovered.add(place);
            }
        }
    }

    private static boolean isKnown(List<String> configured, String place) {
        return configured.stream().anyMatch(url -> place.equals(place(url)));
    }

    private static String like(String form, String place) {
        int scheme = form.indexOf("://");
        int user = form.lastIndexOf('@');
        String before = user > scheme ? form.substring(0, user + 1) : form.substring(0, scheme + 3);
        return before + place;
    }

    /** Host and port, without scheme and user. */
    private static @Nullable String place(String url) {
        try {
            URI uri = new URI(url.contains("://") ? url : "nats://" + url);
            int port = uri.getPort() < 0 ? 4222 : uri.getPort();
            return uri.getHost() == null ? null : uri.getHost() + ':' + port;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
