package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class VertxFactoryTest {
    @Test
    @Tag("B12")
    @Tag("T-27")
    void anEventLoopThatStandsStillIsToldOfWithThePlace(@TempDir Path directory) throws Exception {
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Vertx vertx = TestVertx.await(VertxFactory.create(
                ConfigLoader.load(directory, Map.of("JWT_SECRET", "a-secret-of-this-test-that-is-long-enough")),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                null));
        // Whatever another test of this JVM made of the levels.
        Logger checker = (Logger) LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker");
        checker.setLevel(Level.WARN);
        CountDownLatch release = new CountDownLatch(1);
        root.addAppender(told);
        try {
            vertx.runOnContext(turn -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Await.until("it is told of", () -> List.copyOf(told.list).stream()
                    .anyMatch(event -> event.getFormattedMessage().contains("has been blocked for")));
        } finally {
            release.countDown();
            root.detachAppender(told);
            checker.setLevel(null);
            TestVertx.close(vertx);
        }
        assertThat(told.list).isNotEmpty();
    }
}
