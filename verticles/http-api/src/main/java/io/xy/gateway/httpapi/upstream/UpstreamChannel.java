package io.xy.gateway.httpapi.upstream;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.impl.HttpClientConnectionInternal;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;
import io.xy.gateway.shared.runtime.HiddenField;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/** The channel of a connection that we keep. Vert.x 5.0.12, against which it is checked, does not give it away. */
final class UpstreamChannel {
    private static final VarHandle ACTUAL =
            HiddenField.of(UnpooledHttpClientConnection.class, "actual", HttpClientConnectionInternal.class);

    private UpstreamChannel() {}

    /** Empty for a connection of another kind. */
    static Optional<Channel> of(HttpClientConnection connection) {
        return connection instanceof UnpooledHttpClientConnection kept
                ? Optional.of(((HttpClientConnectionInternal) ACTUAL.get(kept))
                        .channelHandlerContext()
                        .channel())
                : Optional.empty();
    }
}
