package io.xy.gateway.natsbridge.link;

import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one NATS client, as it would make them itself, but with an ear for those that die. A message whose headers
 * cannot be read ends the client's reading thread (jnats 2.26.2), and the client itself notices only when pings fail.
 * Threads end when they have been idle for a while, so there is nothing to shut down.
 */
final class ClientThreads extends ThreadPoolExecutor {
    private final Consumer<Throwable> onDeath;

    /**
     * @param onDeath told on the dying thread
     */
    ClientThreads(Consumer<Throwable> onDeath) {
        super(
                0,
                Integer.MAX_VALUE,
                500,
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name("nats-", 0).factory());
        this.onDeath = onDeath;
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
        super.afterExecute(task, thrown);
        if (thrown != null) {
            onDeath.accept(thrown);
        } else if (task instanceof Future<?> future && future.state() == Future.State.FAILED) {
            onDeath.accept(future.exceptionNow());
        }
    }
}
