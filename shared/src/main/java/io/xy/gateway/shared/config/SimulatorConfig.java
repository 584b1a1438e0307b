package io.xy.gateway.shared.config;

/**
 * The stand-in for back ends, for development.
 *
 * @param tickMillis between two prices of one symbol
 * @param upstreamPort of the stand-ins for HTTP services, on loopback; 0 starts none
 */
public record SimulatorConfig(long tickMillis, long marketMillis, int upstreamPort) {
    static SimulatorConfig read(Section s) {
        SimulatorConfig config = new SimulatorConfig(
                s.duration("tick", 250)
                        .env("SIMULATOR_TICK")
                        .range(10, 60_000)
                        .read("Time between two prices of a symbol"),
                s.duration("market", 5_000)
                        .env("SIMULATOR_MARKET")
                        .range(100, 600_000)
                        .read("Time between two records of xy.md.market.500"),
                s.integer("upstream-port", 3010)
                        .env("SIMULATOR_UPSTREAM_PORT")
                        .range(0, 65_535)
                        .readInt("Loopback port of the stand-ins for HTTP services; 0 starts none"));
        s.done();
        return config;
    }
}
