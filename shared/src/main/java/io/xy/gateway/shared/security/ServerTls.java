package io.xy.gateway.shared.security;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.xy.gateway.shared.config.TlsConfig;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of one server: certificate and key from files, and the renewed ones while it runs. Files that cannot be used are
 * told of and change nothing. Connections that there are keep the certificate they began with. Belongs to one event loop.
 */
public final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
    private static final Set<String> VERSIONS = Set.of("TLSv1.2", "TLSv1.3");
    /** Of the certificate that was taken last; for the gauge of the process. */
    private static final AtomicLong NOT_AFTER = new AtomicLong();

    private record Files(Buffer certificate, Buffer key, Buffer clientCa) {}

    private final Vertx vertx;
    private final TlsConfig config;
    private @Nullable Files seen;
    private Buffer shown = Buffer.buffer();
    private @Nullable ServerSSLOptions current;
    private long timer = -1;
    private Consumer<List<Buffer>> onCertificate = certificates -> {};

    public ServerTls(Vertx vertx, TlsConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /**
     * @param callback is given the chain that is shown from now on, and the one before when there was one
     */
    public void onCertificate(Consumer<List<Buffer>> callback) {
        onCertificate = callback;
    }

    /**
     * Adds TLS 1.2 and 1.3 to the options of a server that is about to listen, with HTTP/2 when the client offers it. Fails
     * with an {@link IllegalArgumentException} when the files cannot be used.
     */
    public Future<HttpServerOptions> secure(HttpServerOptions options) {
        return read().compose(this::check).map(files -> {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setEnabledSecureTransportProtocols(VERSIONS)
                    .setSslHandshakeTimeout(config.handshakeMillis())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setKeyCertOptions(keyAndCertificate(files));
            if (!config.clientCa().isEmpty()) {
                options.setClientAuth(config.clientRequired() ? ClientAuth.REQUIRED : ClientAuth.REQUEST)
                        .setTrustOptions(new PemTrustOptions().addCertValue(files.clientCa));
            }
            seen = files;
            shown = files.certificate;
            current = options.getSslOptions();
            onCertificate.accept(List.of(files.certificate));
            return options;
        });
    }

    /** Looks at the files from now on; to be called once the server listens. */
    public void watch(HttpServer server) {
        timer = vertx.setPeriodic(config.reloadMillis(), id -> look(server));
    }

    /** Looks no more. May be called before {@link #watch}. */
    public void stop() {
        vertx.cancelTimer(timer);
    }

    private void look(HttpServer server) {
        read().onSuccess(files -> {
                    if (!files.equals(seen)) {
                        seen = files;
                        renew(server, files);
                    }
                })
                .onFailure(e -> LOG.warn("the files of TLS cannot be read: {}", e.getMessage()));
    }

    private void renew(HttpServer server, Files files) {
        ServerSSLOptions before = current;
        if (before == null) {
            return;
        }
        ServerSSLOptions renewed = before.copy().setKeyCertOptions(keyAndCertificate(files));
        if (!config.clientCa().isEmpty()) {
            renewed.setTrustOptions(new PemTrustOptions().addCertValue(files.clientCa));
        }
        check(files)
                .compose(usable -> server.updateSSLOptions(renewed))
                .onSuccess(changed -> {
                    current = renewed;
                    onCertificate.accept(List.of(files.certificate, shown));
                    shown = files.certificate;
                    LOG.info("the certificate was renewed");
                })
                .onFailure(e -> {
                    Metrics.counter("xy_tls_reload_failures_total").increment();
                    LOG.error("the renewed files of TLS cannot be used, the old ones stay: {}", e.getMessage());
                });
    }

    private Future<Files> read() {
        Future<Buffer> certificate = vertx.fileSystem().readFile(config.certificate());
        Future<Buffer> key = vertx.fileSystem().readFile(config.key());
        Future<Buffer> clientCa = config.clientCa().isEmpty()
                ? Future.succeededFuture(Buffer.buffer())
                : vertx.fileSystem().readFile(config.clientCa());
        return Future.all(certificate, key, clientCa)
                .map(all -> new Files(certificate.result(), key.result(), clientCa.result()));
    }

    private Future<Files> check(Files files) {
        return vertx.executeBlocking(() -> ServerCertificate.of(vertx, keyAndCertificate(files)), false)
                .map(certificate -> {
                    NOT_AFTER.set(certificate.notAfterMillis() / 1_000);
                    Gauge.builder("xy_tls_certificate_not_after_seconds", NOT_AFTER, AtomicLong::get)
                            .description("When the certificate of the public listeners ends, seconds since 1970")
                            .register(Metrics.globalRegistry);
                    return files;
                });
    }

    private static PemKeyCertOptions keyAndCertificate(Files files) {
        return new PemKeyCertOptions().addCertValue(files.certificate).addKeyValue(files.key);
    }
}
