package io.xy.gateway.testkit;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Ends the test run as failed when a Netty buffer was lost, in modules whose build sets
 * {@code io.netty.leakDetection.level}. Nothing but the end of the JVM makes the build fail from here.
 */
public final class LeakListener implements TestExecutionListener {
    private static final boolean WATCHING = System.getProperty("io.netty.leakDetection.level") != null;
    private static final int ROUNDS = 20;
    private static final Set<String> LEAKS = ConcurrentHashMap.newKeySet();

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        if (WATCHING) {
            ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Factory());
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (!WATCHING) {
            return;
        }
        // What is lost shows when the collector has found it and the next buffer is made.
        for (int i = 0; i < ROUNDS && LEAKS.isEmpty(); i++) {
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            PooledByteBufAllocator.DEFAULT.buffer().release();
        }
        if (LEAKS.isEmpty()) {
            return;
        }
        // The test run has taken its own streams away by now.
        try (PrintStream err =
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)) {
            LEAKS.forEach(leak -> err.println("LEAK: " + leak));
        }
        Evidence.append("tests.tsv", "FAILED\t\tLeakListener\t" + LEAKS.size() + " lost buffers");
        Runtime.getRuntime().halt(1);
    }

    private static final class Factory extends ResourceLeakDetectorFactory {
        @Override
        @SuppressWarnings("deprecation") // the one that remains to be overridden
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval, long maxActive) {
            return new Recorder<>(type, interval);
        }
    }

    private static final class Recorder<T> extends ResourceLeakDetector<T> {
        private Recorder(Class<T> type, int interval) {
            super(type, interval);
        }

        @Override
        protected void reportTracedLeak(String type, String records) {
            LEAKS.add(type + records);
        }

        @Override
        protected void reportUntracedLeak(String type) {
            LEAKS.add(type);
        }
    }
}
