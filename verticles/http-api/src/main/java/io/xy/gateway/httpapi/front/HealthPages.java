package io.xy.gateway.httpapi.front;

import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Problems;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.HealthQuery;
import io.xy.gateway.shared.message.HealthQuery.View;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.runtime.Directory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The health pages of the API port; the health verticle, of this node when it runs here, knows what is on them. */
final class HealthPages {
    private static final long TIMEOUT_MILLIS = 2_000;
    private static final Map<String, View> ALL = Map.ofEntries(
            Map.entry("/health", View.HEALTH),
            Map.entry("/health/liveness", View.LIVENESS),
            Map.entry("/health/readiness", View.READINESS),
            Map.entry("/health/detailed", View.DETAILED),
            Map.entry("/api/v1/health", View.DETAILED),
            Map.entry("/healthz", View.HEALTHZ),
            Map.entry("/live", View.LIVENESS),
            Map.entry("/ready", View.READINESS),
            Map.entry("/version", View.VERSION),
            Map.entry("/metrics", View.METRICS));

    private final Bus bus;
    private final Directory directory;
    private final Map<String, View> published;

    /**
     * @param all whether more than {@code /health} is shown here
     */
    HealthPages(Bus bus, Directory directory, boolean all) {
        this.bus = bus;
        this.directory = directory;
        this.published = all ? ALL : Map.of("/health", View.HEALTH);
    }

    boolean serves(String path) {
        return published.containsKey(path);
    }

    /** Whether the page is what an orchestrator or a balancer decides by. */
    boolean isProbe(String path) {
        View view = published.get(path);
        return view == View.HEALTH || view == View.HEALTHZ || view == View.LIVENESS || view == View.READINESS;
    }

    /** The pages that are shown here, and what they tell. */
    Map<String, String> descriptions() {
        Map<String, String> texts = new HashMap<>();
        published.forEach((path, view) -> texts.put(
                path,
                switch (view) {
                    case HEALTH -> "Whether the databases are up";
                    case LIVENESS -> "Whether the process works";
                    case READINESS -> "Whether it may get traffic";
                    case DETAILED -> "Every dependency, breaker and figure";
                    case HEALTHZ -> "The stream side in short";
                    case VERSION -> "What runs";
                    case METRICS -> "Metrics for Prometheus";
                }));
        return texts;
    }

    void answer(String path, Consumer<Answer> sink, String requestId) {
        View view = published.getOrDefault(path, View.HEALTH);
        String chosen = directory.choose(Role.HEALTH);
        bus.request(Contract.HEALTH_QUERY, chosen == null ? bus.node() : chosen, new HealthQuery(view), TIMEOUT_MILLIS)
                .onSuccess(page ->
                        sink.accept(new Answer(page.status(), page.contentType(), page.body(), List.of(), null)))
                .onFailure(e -> sink.accept(Problems.answer(GatewayException.failureOf(e), requestId)));
    }
}
