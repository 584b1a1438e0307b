package io.xy.gateway.health.probe;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.xy.gateway.shared.config.PostgresConfig;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether somebody who speaks PostgreSQL is behind the port, before the pool may open a connection.
 *
 * <p>A pooled connection closes politely: it waits for the server to hang up. A frozen server never does, and would take
 * one place in the pool after the other (vertx-sql-client 5.0.10, {@code PgEncoder.close}). This socket just closes.
 */
final class PostgresKnock {
    private static final int LIMIT_MILLIS = 700;
    /** {@code SSLRequest}, answered with one byte by every server (PostgreSQL documentation, 55.7). */
    private static final Buffer SSL_REQUEST = Buffer.buffer().appendInt(8).appendInt(80_877_103);

    private final NetClient net;
    private final PostgresConfig config;

    PostgresKnock(Vertx vertx, PostgresConfig config) {
        this.net = vertx.createNetClient(new NetClientOptions().setConnectTimeout(LIMIT_MILLIS));
        this.config = config;
    }

    Future<Void> knock() {
        return net.connect(config.port(), config.host()).compose(PostgresKnock::ask);
    }

    Future<Void> close() {
        return net.close();
    }

    private static Future<Void> ask(NetSocket socket) {
        Promise<Void> answer = Promise.promise();
        socket.handler(answered -> answer.tryComplete());
        socket.exceptionHandler(answer::tryFail);
        socket.closeHandler(closed -> answer.tryFail("the server hung up"));
        return socket.write(SSL_REQUEST)
                .compose(written -> answer.future())
                .timeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                .eventually(socket::close);
    }
}
