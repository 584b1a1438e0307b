package io.xy.gateway.cluster;

import java.io.PrintStream;
import sun.misc.Signal;

/** Turns SIGINT and SIGTERM into an ordered stop and exit code 0; a second signal ends the process at once. */
final class Stopper {
    private final GatewayNode node;
    private final PrintStream out;
    private boolean stopping;

    private Stopper(GatewayNode node, PrintStream out) {
        this.node = node;
        this.out = out;
    }

    static void install(GatewayNode node, PrintStream out) {
        Stopper stopper = new Stopper(node, out);
        Signal.handle(new Signal("INT"), signal -> stopper.onSignal());
        Signal.handle(new Signal("TERM"), signal -> stopper.onSignal());
    }

    // Signals come on threads of the JVM's own, so this one place needs a lock.
    private void onSignal() {
        synchronized (this) {
            if (stopping) {
                Runtime.getRuntime().halt(130);
            }
            stopping = true;
        }
        Thread.ofPlatform().name("xy-stop").start(() -> {
            long start = System.nanoTime();
            node.stop();
            out.println("stopped in " + (System.nanoTime() - start) / 1_000_000 + " ms");
            out.flush();
            System.exit(GatewayMain.OK);
        });
    }
}
