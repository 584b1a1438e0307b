package io.xy.gateway.health.probe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.xy.gateway.shared.config.PostgresConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks PostgreSQL for a constant and for the required tables, through the pool. Belongs to one event loop. */
final class PostgresProbe implements Probe {
    private static final int CONNECT_MILLIS = 1_000;
    // The watch asks every second, so only a connection that hangs is ever idle for so long.
    private static final int SILENCE_SECONDS = 3;
    private static final int WAITING = 8;

    private static final String ALIVE = "SELECT 1";
    private static final String MISSING_TABLES = "SELECT wanted FROM unnest($1::text[]) AS wanted"
            + " WHERE NOT EXISTS (SELECT 1 FROM pg_class"
            + " WHERE oid = to_regclass(wanted) AND relkind IN ('r', 'p', 'v', 'm', 'f'))";

    private final Vertx vertx;
    private final PostgresConfig config;
    private final PostgresKnock knock;
    private @Nullable Pool pool;
    /** The last question was answered, so the pool may open connections without knocking. */
    private boolean trusted;

    PostgresProbe(Vertx vertx, PostgresConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.knock = new PostgresKnock(vertx, config);
    }

    @Override
    public Future<Finding> ask() {
        Future<Void> anybody = trusted ? Future.succeededFuture() : knock.knock();
        return anybody.compose(there -> opened().withConnection(this::question))
                .onComplete(asked -> trusted = asked.succeeded());
    }

    @Override
    public Future<Void> close() {
        Pool open = pool;
        pool = null;
        return Future.join(knock.close(), open == null ? Future.succeededFuture() : open.close())
                .mapEmpty();
    }

    private Future<Finding> question(SqlConnection connection) {
        return connection.query(ALIVE).execute().compose(alive -> requirements(connection));
    }

    /** A requirement that cannot be checked is one that is not met; the database itself is up all the same. */
    private Future<Finding> requirements(SqlConnection connection) {
        if (config.requiredTables().isEmpty()) {
            return Future.succeededFuture(Finding.COMPLETE);
        }
        String[] tables = config.requiredTables().toArray(new String[0]);
        return connection
                .preparedQuery(MISSING_TABLES)
                .execute(Tuple.of((Object) tables))
                .map(PostgresProbe::missing)
                .otherwise(new Finding(List.of("the required tables cannot be looked up")));
    }

    private static Finding missing(RowSet<Row> rows) {
        List<String> missing = new ArrayList<>(rows.size());
        for (Row row : rows) {
            missing.add("table " + row.getString(0) + " is missing");
        }
        return new Finding(missing);
    }

    private Pool opened() {
        Pool open = pool;
        if (open == null) {
            open = PgBuilder.pool()
                    .with(new PoolOptions()
                            .setMaxSize(config.poolSize())
                            .setMaxWaitQueueSize(WAITING)
                            .setConnectionTimeout(CONNECT_MILLIS)
                            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
                    .with(new NetClientOptions()
                            .setConnectTimeout(CONNECT_MILLIS)
                            .setIdleTimeout(SILENCE_SECONDS)
                            .setTcpKeepAlive(true))
                    .connectingTo(target())
                    .using(vertx)
                    .build();
            pool = open;
        }
        return open;
    }

    private PgConnectOptions target() {
        PgConnectOptions target = new PgConnectOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setUser(config.user())
                .setPassword(config.password())
                .setDatabase(config.database());
        if (config.tls()) {
            target.setSslMode(SslMode.VERIFY_FULL)
                    .setSslOptions(new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS"));
        }
        return target;
    }
}
