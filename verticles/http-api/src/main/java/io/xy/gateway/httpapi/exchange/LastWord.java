package io.xy.gateway.httpapi.exchange;

import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.VertxConnection;

/**
 * A mark on connections of HTTP/1 that end with an answer that is being given: what else has come on them is not served,
 * because its sender may see other borders between requests than we do. Reaches into Vert.x; checked against 5.0.12.
 */
public final class LastWord {
    private static final AttributeKey<Boolean> SAID = AttributeKey.valueOf("xy.last-word");

    private LastWord() {}

    public static void say(HttpConnection connection) {
        if (connection instanceof VertxConnection open) {
            open.channel().attr(SAID).set(true);
        }
    }

    public static boolean isSaid(HttpConnection connection) {
        return connection instanceof VertxConnection open && open.channel().hasAttr(SAID);
    }
}
