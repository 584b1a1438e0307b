package io.xy.gateway.health.probe;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.Neo4jConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Config;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.Logging;
import org.neo4j.driver.Record;
import org.neo4j.driver.async.AsyncSession;
import org.neo4j.driver.async.ResultCursor;

/**
 * Asks Neo4j for a constant and for the required constraints. Belongs to one event loop; the driver has its own thread,
 * and its answers come back to the loop before anybody sees them.
 */
final class Neo4jProbe implements Probe {
    private static final int CONNECTIONS = 5;
    private static final int CONNECT_MILLIS = 1_000;

    private static final String ALIVE = "RETURN 1";
    private static final String CONSTRAINTS = "SHOW CONSTRAINTS YIELD labelsOrTypes, properties";

    private final Vertx vertx;
    private final Neo4jConfig config;
    private @Nullable Future<Driver> driver;

    Neo4jProbe(Vertx vertx, Neo4jConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    @Override
    public Future<Finding> ask() {
        Context loop = vertx.getOrCreateContext();
        return opened().compose(open -> Future.fromCompletionStage(question(open), loop));
    }

    @Override
    public Future<Void> close() {
        Future<Driver> open = driver;
        driver = null;
        if (open == null) {
            return Future.succeededFuture();
        }
        Context loop = vertx.getOrCreateContext();
        return open.transform(opening -> opening.failed()
                ? Future.succeededFuture()
                : Future.fromCompletionStage(opening.result().closeAsync(), loop));
    }

    private CompletionStage<Finding> question(Driver open) {
        AsyncSession session = open.session(AsyncSession.class);
        return session.runAsync(ALIVE)
                .thenCompose(ResultCursor::consumeAsync)
                .thenCompose(alive -> requirements(session))
                .whenComplete((finding, failure) -> session.closeAsync());
    }

    /** A requirement that cannot be checked is one that is not met; the database itself is up all the same. */
    private CompletionStage<Finding> requirements(AsyncSession session) {
        if (config.requiredConstraints().isEmpty()) {
            return CompletableFuture.completedFuture(Finding.COMPLETE);
        }
        return session.runAsync(CONSTRAINTS)
                .thenCompose(ResultCursor::listAsync)
                .thenApply(this::missing)
                .exceptionally(failure -> new Finding(List.of("the required constraints cannot be looked up")));
    }

    private Finding missing(List<Record> constraints) {
        Set<String> present = new HashSet<>();
        for (Record constraint : constraints) {
            List<Object> labels = constraint.get("labelsOrTypes").asList();
            List<Object> properties = constraint.get("properties").asList();
            if (labels.size() == 1 && properties.size() == 1) {
                present.add(labels.get(0) + "." + properties.get(0));
            }
        }
        List<String> missing = new ArrayList<>();
        for (String required : config.requiredConstraints()) {
            if (!present.contains(required)) {
                missing.add("constraint " + required + " is missing");
            }
        }
        return new Finding(missing);
    }

    /** Making a driver reads certificates and resolves names, so a worker does it. A failure is tried again next time. */
    private Future<Driver> opened() {
        Future<Driver> open = driver;
        if (open == null || open.failed()) {
            open = vertx.executeBlocking(this::open, false);
            driver = open;
        }
        return open;
    }

    private Driver open() {
        Config options = Config.builder()
                .withConnectionTimeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS)
                .withConnectionAcquisitionTimeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS)
                .withMaxConnectionPoolSize(CONNECTIONS)
                .withEventLoopThreads(1)
                .withTelemetryDisabled(true)
                // Every failure reaches the watch, which logs the change and not each attempt.
                .withLogging(Logging.none())
                .build();
        return GraphDatabase.driver(config.uri(), AuthTokens.basic(config.user(), config.password()), options);
    }
}
