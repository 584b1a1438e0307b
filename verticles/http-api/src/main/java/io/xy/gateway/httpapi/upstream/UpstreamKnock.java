package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;

/** Finds out whether an instance of an upstream can be used, with the settings of a running gateway. */
public final class UpstreamKnock {
    private UpstreamKnock() {}

    /** What it answered, in words; fails when it cannot be reached, or its health path answers something else than 2xx. */
    public static Future<String> knock(Vertx vertx, UpstreamConfig config, UpstreamConfig.Url url) {
        boolean http2 = config.protocol() == UpstreamConfig.Protocol.HTTP2;
        HttpClient client = vertx.createHttpClient(Upstream.options(config, http2));
        String path = config.health().path();
        return client.request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setHost(url.host())
                        .setPort(url.port())
                        .setSsl(url.tls())
                        .setURI(path.isEmpty() ? "/" : path))
                .compose(request -> path.isEmpty() ? connected(request) : answered(request, path))
                .eventually(client::close);
    }

    private static Future<String> connected(HttpClientRequest request) {
        return request.reset().transform(done -> Future.succeededFuture("connected; no health path is configured"));
    }

    private static Future<String> answered(HttpClientRequest request, String path) {
        return request.send().compose(response -> {
            String said = "GET " + path + " answers " + response.statusCode();
            return response.statusCode() / 100 == 2 ? response.end().map(end -> said) : Future.failedFuture(said);
        });
    }
}
