package io.xy.gateway.httpapi.upstream;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.impl.HttpClientConnectionInternal;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;
import io.xy.gateway.shared.runtime.HiddenField;
import java.lang.invoke.VarHandle;

/** The channel of a connection that we keep. Vert.x 5.0.12, against which it is checked, does not give it away. */
final class UpstreamChannel {
    private static final VarHandle ACTUAL =
            HiddenField.of(UnpooledHttpClientConnection.class, "actual", HttpClientConnectionInternal.class);

    private UpstreamChannel() {}

    /** Of one that was made by {@link io.vertx.core.http.HttpClientAgent#connect}. */
    static Channel of(HttpClientConnection connection) {
        return ((HttpClientConnectionInternal) ACTUAL.get((UnpooledHttpClientConnection) connection))
                .channelHandlerContext()
                .channel();
    }
}
