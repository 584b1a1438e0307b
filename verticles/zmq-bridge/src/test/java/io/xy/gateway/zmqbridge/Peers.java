package io.xy.gateway.zmqbridge;

import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CPython programs on the other side of the sockets. */
public final class Peers {
    private Peers() {}

    public static PeerProcess worker(String endpoint, String service, String... options) {
        return started("worker ready", "worker.py", endpoint, service, options);
    }

    public static PeerProcess worker(Map<String, String> environment, String endpoint, String service) {
        return started(environment, "worker ready", "worker.py", endpoint, service);
    }

    public static PeerProcess broker(Map<String, String> environment, String endpoint) {
        return started(environment, "broker ready", "broker.py", endpoint, null);
    }

    /** Calls what it is told to on its input. */
    public static PeerProcess client(String endpoint, String service) {
        return started("client ready", "client.py", endpoint, service);
    }

    /** Prints what comes, sends what it is told to on its input. */
    public static PeerProcess peek(String endpoint) {
        return started("peek ready", "peek.py", endpoint, null);
    }

    public static PeerProcess broker(String endpoint) {
        return started("broker ready", "broker.py", endpoint, null);
    }

    public static PeerProcess router(String endpoint) {
        return started("router ready", "router.py", endpoint, null);
    }

    public static PeerProcess publisher(
            Map<String, String> environment, String endpoint, String framing, String codec) {
        return started(environment, "publisher ready", "publisher.py", endpoint, framing, codec);
    }

    /** Sends many calls whose answers are large, and never reads one. */
    public static PeerProcess deaf(String endpoint, String service) {
        return started("said", "deaf.py", endpoint, service);
    }

    public static PeerProcess publisher(String endpoint, String framing, String codec) {
        return started("publisher ready", "publisher.py", endpoint, framing, codec);
    }

    public static PeerProcess hostileListener(int port, String form) {
        return started("listening", "hostile.py", "listen", String.valueOf(port), form);
    }

    public static PeerProcess hostileClient(int port, String form) {
        return started("said", "hostile.py", "connect", String.valueOf(port), form);
    }

    public static PeerProcess slowGreeter(int port, String form) {
        return started("said", "hostile.py", "greet", String.valueOf(port), form);
    }

    public static PeerProcess piecewiseGreeter(int port) {
        return started("greeted", "hostile.py", "piecewise", String.valueOf(port), "x");
    }

    private static PeerProcess started(
            String line, String script, String first, @Nullable String second, String... options) {
        return started(Map.of(), line, script, first, second, options);
    }

    private static PeerProcess started(
            Map<String, String> environment,
            String line,
            String script,
            String first,
            @Nullable String second,
            String... options) {
        List<String> command = new ArrayList<>(List.of(PeerProcess.python(), "-u", script(script), first));
        if (second != null) {
            command.add(second);
        }
        command.addAll(List.of(options));
        PeerProcess peer = PeerProcess.start(Path.of("").toAbsolutePath(), environment, command.toArray(new String[0]));
        peer.awaitLine(line);
        Evidence.contacted("cpython");
        return peer;
    }

    private static String script(String name) {
        Path here = Path.of("src/test/python", name);
        return Files.exists(here) ? here.toString() : "verticles/zmq-bridge/" + here;
    }
}
