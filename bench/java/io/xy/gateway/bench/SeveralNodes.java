package io.xy.gateway.bench;

import io.xy.gateway.cluster.GatewayMain;

/** Starts a node for each directory, all in this process: they share what the compiler makes of their code. */
public final class SeveralNodes {
    private SeveralNodes() {}

    public static void main(String[] directories) {
        for (String directory : directories) {
            GatewayMain.main(new String[] {"run", directory});
        }
    }
}
