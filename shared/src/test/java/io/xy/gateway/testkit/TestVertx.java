package io.xy.gateway.testkit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.xy.gateway.shared.bus.Codecs;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A {@code Vertx} whose codecs encode and decode even in process. */
public final class TestVertx {
    private TestVertx() {}

    public static Vertx create() {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setMaxEventLoopExecuteTime(2)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS));
        Codecs.register(vertx, true);
        return vertx;
    }

    public static void close(Vertx vertx) {
        await(vertx.close());
    }

    /** The future's result, within 20 s. */
    public static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no result within 20 s", e);
        }
    }
}
