package io.xy.gateway.zmqbridge.codec;

import io.xy.gateway.shared.config.PickleConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Python processes that read and write pickles, each served by a thread of its own, all fed from one bounded queue. Any
 * thread may hand in a payload and never waits. A process that dies, or works too long, is replaced; its payload is
 * refused and not tried again, because it may be the cause.
 */
final class HelperPool {
    private static final Logger LOG = LoggerFactory.getLogger(HelperPool.class);
    private static final long PAUSE_MILLIS = 200;
    private static final long END_MILLIS = 2_000;

    private final PickleConfig.HelperSettings config;
    private final int most;
    private final HelperScript script;
    private final BlockingQueue<HelperJob> queue;
    private final List<Thread> threads = new ArrayList<>();
    private final ScheduledThreadPoolExecutor clock;
    private final LongAdder done = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder restarts = new LongAdder();
    private volatile boolean closed;

    /**
     * @param most bytes of one payload and of one answer
     */
    HelperPool(PickleConfig.HelperSettings config, String name, int most) {
        this.config = config;
        this.most = most;
        this.script = new HelperScript(config.script());
        this.queue = new ArrayBlockingQueue<>(config.queue());
        this.clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(name + "-clock").factory());
        clock.setRemoveOnCancelPolicy(true);
        for (int i = 0; i < config.processes(); i++) {
            threads.add(Thread.ofPlatform().daemon().name(name + '-' + i).start(this::run));
        }
    }

    /** False when too many payloads wait, or it is closed: then {@code then} is not called. */
    boolean offer(HelperJob job) {
        if (closed || job.content().length > most || !queue.offer(job)) {
            return false;
        }
        if (closed) {
            refuseWaiting();
        }
        return true;
    }

    HelperCounts counts() {
        return new HelperCounts(queue.size(), done.sum(), refused.sum(), restarts.sum());
    }

    /** Refuses what waits and ends the processes; takes at most two seconds, so not for an event loop. */
    void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clock.shutdownNow();
        refuseWaiting();
        script.close();
    }

    private void refuseWaiting() {
        for (HelperJob job = queue.poll(); job != null; job = queue.poll()) {
            answer(job, HelperAnswer.refused("the helper is being stopped"));
        }
    }

    private void run() {
        HelperProcess process = start();
        try {
            while (!closed) {
                HelperJob job = queue.take();
                process = process == null ? start() : process;
                HelperAnswer answer = process == null ? null : ask(process, job);
                if (answer == null) {
                    process = replace(process);
                    answer = HelperAnswer.refused("the helper did not answer");
                }
                answer(job, answer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (process != null) {
                process.kill();
            }
        }
    }

    /** Null when the process died or was killed over it. */
    private @Nullable HelperAnswer ask(HelperProcess process, HelperJob job) {
        Future<?> alarm = clock.schedule(process::kill, process.limitMillis(), TimeUnit.MILLISECONDS);
        try {
            return process.ask(job);
        } catch (IOException e) {
            LOG.warn("a pickle helper died or was stopped over a payload: {}", e.getMessage());
            return null;
        } finally {
            alarm.cancel(false);
        }
    }

    private @Nullable HelperProcess replace(@Nullable HelperProcess dead) throws InterruptedException {
        if (dead == null) {
            // There is no interpreter: no need to look for it more often.
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            return null;
        }
        dead.end();
        restarts.increment();
        return start();
    }

    private @Nullable HelperProcess start() {
        try {
            return new HelperProcess(config, script.path(), most);
        } catch (IOException e) {
            LOG.error("the pickle helper cannot be started: {}", e.getMessage());
            return null;
        }
    }

    private void answer(HelperJob job, HelperAnswer answer) {
        (answer.isRefused() ? refused : done).increment();
        job.then().accept(answer);
    }
}
