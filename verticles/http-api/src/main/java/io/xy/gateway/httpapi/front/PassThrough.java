package io.xy.gateway.httpapi.front;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import io.xy.gateway.httpapi.checks.BodyReader;
import io.xy.gateway.httpapi.exchange.LastWord;
import io.xy.gateway.httpapi.upstream.Tunnels;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.error.GatewayError;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the paths of the streaming side on to the fan-out, so that one port is enough. Bodies are streamed. Belongs to
 * one event loop, as do its connections.
 */
final class PassThrough {
    private static final Logger LOG = LoggerFactory.getLogger(PassThrough.class);
    private static final List<String> TREES = List.of("/eventbus", "/client", "/socket.io");
    private static final int CONNECT_MILLIS = 2_000;
    private static final int CONNECTIONS = 256;

    private final FanOut fanOut;
    private final Function<HttpServerRequest, String> clients;
    private final String socketPath;
    private final long maxBodyBytes;
    private final HttpClientAgent requests;
    private final HttpClientAgent upgrades;
    private final Tunnels tunnels;

    /**
     * @param clients knows whom a request speaks for
     */
    PassThrough(Vertx vertx, GatewayConfig config, FanOut fanOut, Function<HttpServerRequest, String> clients) {
        this.fanOut = fanOut;
        this.clients = clients;
        this.tunnels = new Tunnels(vertx);
        this.socketPath = config.ws().path();
        this.maxBodyBytes = config.http().maxBodyBytes();
        boolean tls = config.tls().enabled();
        this.requests = client(vertx, CONNECTIONS, tls);
        this.upgrades = client(vertx, config.ws().maxConnections(), tls);
    }

    /**
     * The streaming side shows the same certificate as we do; it is trusted for what it is, not for a name.
     *
     * @param certificates the present one, and the one before, for as long as the two sides renew at different moments
     */
    void trust(List<Buffer> certificates) {
        PemTrustOptions trusted = new PemTrustOptions();
        certificates.forEach(trusted::addCertValue);
        ClientSSLOptions tls = new ClientSSLOptions().setTrustOptions(trusted).setHostnameVerificationAlgorithm("");
        for (HttpClientAgent client : List.of(requests, upgrades)) {
            client.updateSSLOptions(tls)
                    .onFailure(e -> LOG.error("the streaming side cannot be trusted: {}", e.getMessage()));
        }
    }

    /** The path, or the beginning of it, that is passed on; null when the path is not. */
    @Nullable
    String tree(String path) {
        if (path.equals(socketPath)) {
            return socketPath;
        }
        for (String tree : TREES) {
            if (path.startsWith(tree) && (path.length() == tree.length() || path.charAt(tree.length()) == '/')) {
                return tree;
            }
        }
        return null;
    }

    Tunnels tunnels() {
        return tunnels;
    }

    /** Passes a request on; refuses it when there is no fan-out, or it does not answer. */
    void handle(RequestRecord record) {
        HttpServerRequest request = record.request();
        SocketAddress address = fanOut.address();
        if (address == null) {
            record.refuse(GatewayError.NO_SERVICE.notExecuted("No streaming side is running"));
            return;
        }
        if (BodyReader.announced(request) > maxBodyBytes) {
            record.refuse(GatewayError.TOO_LARGE.notExecuted(""));
            return;
        }
        request.pause();
        boolean upgrade = isUpgrade(request);
        RequestOptions options = new RequestOptions()
                .setServer(address)
                .setHost(address.host())
                .setPort(address.port())
                .setMethod(request.method())
                .setURI(request.uri());
        (upgrade ? upgrades : requests)
                .request(options)
                .compose(out -> send(request, out, upgrade))
                .onSuccess(response -> relay(record, response))
                .onFailure(e -> onFailure(record, e));
    }

    private static boolean isUpgrade(HttpServerRequest request) {
        String upgrade = request.getHeader(HttpHeaders.UPGRADE);
        return request.version() == HttpVersion.HTTP_1_1 && "websocket".equalsIgnoreCase(upgrade);
    }

    private Future<HttpClientResponse> send(HttpServerRequest in, HttpClientRequest out, boolean upgrade) {
        HopHeaders.copy(in.headers(), out.headers());
        String host = in.getHeader(HttpHeaders.HOST);
        if (host != null) {
            out.headers().set(HttpHeaders.HOST, host);
        }
        out.headers().set("x-forwarded-for", clients.apply(in));
        out.headers().set("x-forwarded-proto", in.isSSL() ? "https" : "http");
        in.response().closeHandler(gone -> out.reset().onFailure(e -> LOG.debug("resetting: {}", e.getMessage())));
        if (upgrade) {
            out.headers().set(HttpHeaders.CONNECTION, "Upgrade");
            out.headers().set(HttpHeaders.UPGRADE, "websocket");
            return out.connect();
        }
        return out.send(in);
    }

    private void relay(RequestRecord record, HttpClientResponse from) {
        HttpServerRequest request = record.request();
        HttpServerResponse to = request.response();
        to.setStatusCode(from.statusCode());
        MultiMap headers = to.headers();
        HopHeaders.copy(from.headers(), headers);
        if (from.statusCode() == 101) {
            headers.set(HttpHeaders.CONNECTION, "Upgrade");
            headers.set(HttpHeaders.UPGRADE, "websocket");
            tunnels.open(request, from.netSocket());
            record.upgraded();
            return;
        }
        boolean last = isUpgrade(request);
        if (last) {
            // What came early was meant for another protocol.
            LastWord.say(request.connection());
            headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (!headers.contains(HttpHeaders.CONTENT_LENGTH)) {
            to.setChunked(true);
        }
        Future<Void> passed = from.pipeTo(to);
        if (last) {
            passed.onComplete(written -> {
                from.request().connection().close().onFailure(e -> LOG.debug("closing: {}", e.getMessage()));
                LastWord.close(request.connection());
            });
        }
        passed.onFailure(e -> {
            LOG.debug("a passed-on answer was cut off: {}", e.getMessage());
            to.reset().onFailure(gone -> LOG.debug("resetting: {}", gone.getMessage()));
        });
    }

    private static void onFailure(RequestRecord record, Throwable cause) {
        HttpServerRequest request = record.request();
        if (request.response().headWritten()) {
            request.connection().close().onFailure(e -> LOG.debug("closing: {}", e.getMessage()));
            return;
        }
        LOG.debug("the streaming side did not answer: {}", cause.getMessage());
        record.refuse(GatewayError.UPSTREAM_DOWN.unknown("The streaming side does not answer"));
    }

    private static HttpClientAgent client(Vertx vertx, int connections, boolean tls) {
        return vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setSsl(tls)
                        .setVerifyHost(false)
                        .setDecompressionSupported(false)
                        .setProtocolVersion(HttpVersion.HTTP_1_1),
                new PoolOptions()
                        .setHttp1MaxSize(connections)
                        .setMaxWaitQueueSize(connections)
                        .setEventLoopSize(0));
    }
}
