package io.xy.gateway.health.probe;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one database again and again, for ever, and knows its last standing. Belongs to the verticle's event loop.
 *
 * <p>A question without an answer within {@link #LIMIT_MILLIS} means down. There is one question at a time; when an old
 * one hangs for {@link #ABANDON_MILLIS}, its connections are thrown away and new ones are opened.
 */
final class Watch {
    static final long LIMIT_MILLIS = 800;
    private static final long ABANDON_MILLIS = 6_000;
    private static final int LONGEST_DETAIL = 200;

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final String name;
    private final boolean decides;
    private final Supplier<Probe> prober;
    private final Runnable onChange;
    private final HealthChecks checks;
    private Probe probe;
    /** The question that is under way; null when there is none. */
    private @Nullable Future<Finding> question;

    private long askedNanos;
    private Finding finding = Finding.COMPLETE;
    private Standing standing;

    Watch(Vertx vertx, String name, boolean decides, Supplier<Probe> prober, Runnable onChange) {
        this.name = name;
        this.decides = decides;
        this.prober = prober;
        this.onChange = onChange;
        this.probe = prober.get();
        this.checks = HealthChecks.create(vertx).register(name, LIMIT_MILLIS, this::ask);
        this.standing = new Standing(name, decides, false, "not asked yet", List.of(), System.currentTimeMillis(), 0);
    }

    Standing standing() {
        return standing;
    }

    /** Asks unless a question is under way; ends, with the standing brought up to date, within the limit. */
    Future<Void> look() {
        if (question != null) {
            abandonIfOld();
            return Future.succeededFuture();
        }
        return checks.checkStatus(name).transform(checked -> {
            if (checked.succeeded() && Boolean.TRUE.equals(checked.result().getUp())) {
                onUp();
            } else {
                onDown(checked.succeeded() ? reason(checked.result().getFailure()) : reason(checked.cause()));
            }
            return Future.succeededFuture();
        });
    }

    Future<Void> close() {
        return probe.close();
    }

    private void ask(Promise<Status> answer) {
        askedNanos = System.nanoTime();
        Future<Finding> asked;
        try {
            asked = probe.ask();
        } catch (RuntimeException e) {
            // Settings that the client refuses; its message may repeat a URL with a password.
            answer.fail("the settings cannot be used (" + e.getClass().getSimpleName() + ")");
            return;
        }
        question = asked;
        asked.onComplete(answered -> {
            if (question != asked) {
                return;
            }
            question = null;
            if (answered.succeeded()) {
                finding = answered.result();
                answer.tryComplete(Status.OK());
            } else {
                answer.tryFail(answered.cause());
            }
        });
    }

    private void onUp() {
        long micros = (System.nanoTime() - askedNanos) / 1_000;
        boolean changed = !standing.up();
        standing = new Standing(name, decides, true, "", finding.missing(), since(true), micros);
        if (changed) {
            LOG.info("{} is up", name);
            onChange.run();
        }
    }

    private void onDown(String reason) {
        boolean changed = standing.up() || !standing.detail().equals(reason);
        standing = new Standing(name, decides, false, reason, List.of(), since(false), 0);
        if (changed) {
            LOG.warn("{} is down: {}", name, reason);
            onChange.run();
        }
    }

    private long since(boolean up) {
        return standing.up() == up ? standing.sinceMillis() : System.currentTimeMillis();
    }

    private void abandonIfOld() {
        if (System.nanoTime() - askedNanos < ABANDON_MILLIS * 1_000_000) {
            return;
        }
        question = null;
        probe.close().onFailure(e -> LOG.debug("{}: old connections did not close: {}", name, e.getMessage()));
        probe = prober.get();
    }

    private static String reason(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        if (message == null || message.equals("Timeout")) {
            return "no answer within " + LIMIT_MILLIS + " ms";
        }
        String line = message.lines().findFirst().orElse("").strip();
        return line.length() <= LONGEST_DETAIL ? line : line.substring(0, LONGEST_DETAIL);
    }
}
