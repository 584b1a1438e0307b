package io.xy.gateway.simulator.worker;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;

/** A broker in CPython and libzmq that speaks the desk's frames. */
public final class DeskBroker implements AutoCloseable {
    private final int port;
    private PeerProcess process;

    private DeskBroker(int port) {
        this.port = port;
        this.process = launch(port);
    }

    public static DeskBroker start() {
        return new DeskBroker(Ports.free());
    }

    public String endpoint() {
        return "tcp://127.0.0.1:" + port;
    }

    public void restart() {
        process.kill();
        process = launch(port);
    }

    public void say(String line) {
        process.say(line);
    }

    /** The answer to one call as the broker prints it: {@code True "pong"}. */
    public String call(String service, String method, JsonArray args, JsonObject kwargs) {
        return answerTo(
                "call " + service + ' ' + method + ' ' + compact(args.encode()) + ' ' + compact(kwargs.encode()));
    }

    public String answerTo(String command) {
        long before = replies();
        say(command);
        Await.until("a reply to " + command + ", the broker said " + process.lines(), () -> replies() > before);
        Evidence.contacted("cpython");
        return process.lines().stream()
                .filter(line -> line.startsWith("reply "))
                .skip(before)
                .findFirst()
                .orElseThrow()
                .substring("reply ".length());
    }

    public long count(String line) {
        return process.lines().stream().filter(line::equals).count();
    }

    public void await(String line) {
        awaitCount(line, 1);
    }

    public void awaitCount(String line, long times) {
        Await.until(line + " " + times + " times", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the broker ended and said " + process.lines());
            }
            return count(line) >= times;
        });
    }

    @Override
    public void close() {
        process.close();
    }

    private long replies() {
        return process.lines().stream()
                .filter(line -> line.startsWith("reply "))
                .count();
    }

    /** Arguments travel as words: their blanks are written as JSON escapes. */
    private static String compact(String json) {
        return json.replace(" ", "\\u0020");
    }

    private static PeerProcess launch(int port) {
        PeerProcess started = PeerProcess.start(
                PeerProcess.python(), "src/test/python/desk_broker.py", "tcp://127.0.0.1:" + port, "0.1");
        started.awaitLine("bound");
        return started;
    }
}
