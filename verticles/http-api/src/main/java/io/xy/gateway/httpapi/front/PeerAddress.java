package io.xy.gateway.httpapi.front;

import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * The address of whoever is at the other end of a connection, as text. It is written once for each connection, and not
 * for each request. Reaches into Vert.x; checked against 5.0.12. To be asked on the connection's event loop.
 */
final class PeerAddress {
    private static final AttributeKey<String> TEXT = AttributeKey.valueOf("xy.peer-address");

    private PeerAddress() {}

    /** Without port; empty when the connection was gone before anybody asked. */
    static String of(HttpConnection connection) {
        if (!(connection instanceof ConnectionBase base)) {
            return text(connection);
        }
        Attribute<String> kept = base.channel().attr(TEXT);
        String known = kept.get();
        if (known == null) {
            known = text(connection);
            kept.set(known);
        }
        return known;
    }

    private static String text(HttpConnection connection) {
        SocketAddress remote = connection.remoteAddress();
        return remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
    }
}
