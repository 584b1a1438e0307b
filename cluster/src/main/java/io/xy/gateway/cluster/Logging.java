package io.xy.gateway.cluster;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import io.xy.gateway.shared.config.LogConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Applies {@code conf/logback.xml} with the configured level and format. */
final class Logging {
    private Logging() {}

    static void configure(Path directory, LogConfig config) {
        // Vert.x and Netty choose their logger from this when their first class loads.
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        System.setProperty("hazelcast.logging.type", "slf4j");
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        context.reset();
        context.putProperty("level", config.level().name());
        context.putProperty("format", config.format().name());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        Path file = directory.resolve("logback.xml");
        try {
            if (Files.exists(file)) {
                configurator.doConfigure(file.toFile());
            } else {
                configurator.doConfigure(Logging.class.getResource("/logback-default.xml"));
            }
        } catch (JoranException e) {
            System.err.println(file + " cannot be used: " + e.getMessage());
        }
    }
}
