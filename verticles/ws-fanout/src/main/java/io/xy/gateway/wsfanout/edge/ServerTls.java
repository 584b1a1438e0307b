package io.xy.gateway.wsfanout.edge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileProps;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.xy.gateway.shared.config.TlsConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of the streaming port: a renewed certificate is taken over without a restart, and open connections go on. Files that
 * cannot be read leave the certificate that is there. Belongs to one event loop.
 */
public final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final Vertx vertx;
    private final TlsConfig config;
    private List<Long> seen = List.of();

    public ServerTls(Vertx vertx, TlsConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /** Switches TLS on if the configuration says so. */
    public HttpServerOptions apply(HttpServerOptions options) {
        if (config.enabled()) {
            ServerSSLOptions ssl = files();
            options.setSsl(true)
                    .setKeyCertOptions(ssl.getKeyCertOptions())
                    .setEnabledSecureTransportProtocols(ssl.getEnabledSecureTransportProtocols())
                    .setSslHandshakeTimeout(config.handshakeMillis())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setUseAlpn(false);
            if (!config.clientCa().isEmpty()) {
                options.setTrustOptions(ssl.getTrustOptions()).setClientAuth(ssl.getClientAuth());
            }
        }
        return options;
    }

    /** Looks at the files now and then. */
    public void watch(HttpServer server) {
        if (config.enabled()) {
            times().onSuccess(now -> seen = now);
            vertx.setPeriodic(config.reloadMillis(), id -> look(server));
        }
    }

    private void look(HttpServer server) {
        times().onSuccess(now -> {
                    if (!now.equals(seen)) {
                        seen = now;
                        renew(server);
                    }
                })
                .onFailure(e -> LOG.warn("files of the certificate cannot be read: {}", e.getMessage()));
    }

    private void renew(HttpServer server) {
        server.updateSSLOptions(files(), true)
                .onSuccess(changed -> LOG.info("the streaming port has a new certificate"))
                .onFailure(e -> LOG.error("the new certificate cannot be used, the old one stays", e));
    }

    private Future<List<Long>> times() {
        List<Future<FileProps>> files = new ArrayList<>();
        for (String file : List.of(config.certificate(), config.key(), config.clientCa())) {
            if (!file.isEmpty()) {
                files.add(vertx.fileSystem().props(file));
            }
        }
        return Future.all(files).map(all -> all.<FileProps>list().stream()
                .map(FileProps::lastModifiedTime)
                .toList());
    }

    private ServerSSLOptions files() {
        ServerSSLOptions ssl = new ServerSSLOptions();
        ssl.setKeyCertOptions(
                new PemKeyCertOptions().setCertPath(config.certificate()).setKeyPath(config.key()));
        ssl.setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
        if (!config.clientCa().isEmpty()) {
            ssl.setTrustOptions(new PemTrustOptions().addCertPath(config.clientCa()));
            ssl.setClientAuth(config.clientRequired() ? ClientAuth.REQUIRED : ClientAuth.REQUEST);
        }
        return ssl;
    }
}
