package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import java.util.List;

/** Asks every instance of an upstream, again and again, whether it is well. Belongs to one event loop. */
final class HealthProbe {
    private final Vertx vertx;
    private final HttpClient client;
    private final UpstreamConfig config;
    private final long timer;

    HealthProbe(Vertx vertx, HttpClient client, UpstreamConfig config, List<Instance> instances) {
        this.vertx = vertx;
        this.client = client;
        this.config = config;
        this.timer = vertx.setPeriodic(config.health().intervalMillis(), id -> instances.forEach(this::ask));
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    private void ask(Instance instance) {
        UpstreamConfig.Url url = instance.url();
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setHost(url.host())
                        .setPort(url.port())
                        .setSsl(url.tls())
                        .setURI(config.health().path())
                        .setTimeout(config.health().intervalMillis()))
                .compose(request -> request.send().compose(HealthProbe::status))
                .onComplete(done -> instance.probed(done.succeeded() && done.result() / 100 == 2));
    }

    private static Future<Integer> status(HttpClientResponse response) {
        return response.end().map(end -> response.statusCode());
    }
}
