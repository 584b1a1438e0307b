package io.xy.gateway.cluster;

import io.xy.gateway.httpapi.schema.RouteSchemas;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.config.route.Routes;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import io.xy.gateway.shared.message.Role;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that is read before anything runs. */
record Start(GatewayConfig config, List<RouteConfig> routes) {
    private static final String STATE = "XY_STATE";
    private static final String PRODUCTION = "profile production";

    /**
     * @throws InvalidConfiguration with the problems of all files together
     */
    static Start read(Path directory, Map<String, String> environment) throws InvalidConfiguration {
        Reading reading = new Reading(environment);
        GatewayConfig config = ConfigLoader.read(directory, reading);
        List<RouteConfig> routes = Routes.read(directory.resolve("routes"), reading);
        RouteSchemas.check(routes, reading);
        if (config.node().production() && config.node().runs(Role.HTTP_API)) {
            checkUpstreams(routes, reading);
        }
        reading.failIfAny();
        return new Start(withDevSecret(config, environment), routes);
    }

    /** In production a service must prove who it is, and somebody must have said where it is (decision 18). */
    private static void checkUpstreams(List<RouteConfig> routes, Reading reading) {
        Set<String> seen = new HashSet<>();
        for (RouteConfig route : routes) {
            if (route.target() instanceof RouteTarget.Http http
                    && seen.add(http.upstream().name())) {
                checkUpstream(http.upstream(), reading);
            }
        }
    }

    private static void checkUpstream(UpstreamConfig upstream, Reading reading) {
        String path = "upstreams." + upstream.name();
        if (!upstream.tls().verify()) {
            reading.problem(PRODUCTION, path + ".tls.verify", "must be true");
        }
        if (upstream.unset() != null && upstream.urls().stream().anyMatch(UpstreamConfig.Url::isLoopback)) {
            reading.problem(
                    PRODUCTION,
                    path + ".urls",
                    "is this host's " + upstream.urls().get(0) + " by default, where development has a stand-in; set "
                            + upstream.unset() + ", write the URL into the file, or remove the routes that lead there");
        }
    }

    private static GatewayConfig withDevSecret(GatewayConfig config, Map<String, String> environment) {
        boolean needsSecret = config.node().runs(Role.HTTP_API) || config.node().runs(Role.WS_FANOUT);
        if (config.node().production() || !config.jwt().secret().isEmpty() || !needsSecret) {
            return config;
        }
        return config.withJwtSecret(DevSecret.in(Path.of(environment.getOrDefault(STATE, ".run"))));
    }
}
