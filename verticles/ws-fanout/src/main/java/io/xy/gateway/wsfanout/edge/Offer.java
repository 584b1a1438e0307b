package io.xy.gateway.wsfanout.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers in its upgrade request: subprotocols and, in one of four places, a token or API key.
 *
 * @param xy whether it speaks {@code xy.v1}
 * @param selected subprotocol that the answer names; null for none. Never the token
 * @param token empty when there is none; something that cannot be a token when the header is of another kind
 */
record Offer(boolean xy, @Nullable String selected, String token) {
    static final String XY = "xy.v1.json";
    private static final String BEARER = "bearer";
    private static final String NOT_A_TOKEN = "-";
    private static final int MAX_NAME = 32;

    /**
     * @param queryToken whether a query parameter may hold the token
     */
    static Offer of(HttpServerRequest request, boolean queryToken) {
        List<String> protocols = protocols(request.headers());
        boolean xy = protocols.contains(XY);
        int bearer = protocols.indexOf(BEARER);
        String selected = xy ? XY : bearer >= 0 ? BEARER : firstName(protocols);
        return new Offer(xy, selected, token(request, protocols, bearer, queryToken));
    }

    private static String token(HttpServerRequest request, List<String> protocols, int bearer, boolean queryToken) {
        String header = request.getHeader("authorization");
        if (header != null) {
            return header.regionMatches(true, 0, "bearer ", 0, 7) ? orNone(header.substring(7)) : NOT_A_TOKEN;
        }
        List<String> keys = request.headers().getAll("x-api-key");
        if (!keys.isEmpty()) {
            return keys.size() == 1 ? orNone(keys.get(0)) : NOT_A_TOKEN;
        }
        if (bearer >= 0) {
            return bearer + 1 < protocols.size() && !protocols.get(bearer + 1).equals(XY)
                    ? protocols.get(bearer + 1)
                    : NOT_A_TOKEN;
        }
        String query = queryToken ? request.getParam("token") : null;
        return query == null ? "" : orNone(query);
    }

    private static String orNone(String token) {
        return token.isBlank() ? NOT_A_TOKEN : token.trim();
    }

    /** The first gateway selected the first name that it was offered. A name is short; a token is not. */
    private static @Nullable String firstName(List<String> protocols) {
        return protocols.isEmpty() || protocols.get(0).length() > MAX_NAME ? null : protocols.get(0);
    }

    private static List<String> protocols(MultiMap headers) {
        List<String> protocols = new ArrayList<>();
        for (String header : headers.getAll("sec-websocket-protocol")) {
            for (String name : header.split(",", -1)) {
                if (!name.isBlank()) {
                    protocols.add(name.trim());
                }
            }
        }
        return protocols;
    }
}
