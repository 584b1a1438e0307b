package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("X3")
class ClientScriptTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    private final Gateway gateway = Gateway.start();

    @AfterEach
    void close() {
        gateway.close();
    }

    private static final HealthReport API_IS_UP =
            new HealthReport(Gateway.NODE, Role.HTTP_API, 0, HealthReport.State.UP, 0, List.of(), List.of());

    @Test
    void theBrowserClientSubscribesResumesCallsAndStops() throws IOException {
        FakeSource source = gateway.source();
        try (PeerProcess node = start()) {
            node.awaitLine("[\"connected\",false,0]");
            NodeClients.met();
            node.awaitLine("{\"what\":\"matches\",\"value\":[true,true,false,false,true]}");
            node.awaitLine("{\"what\":\"secret\",\"value\":{\"type\":\"ended\",\"code\":\"forbidden\"");
            source.awaitInterest("xy.md.tick.>");
            source.value("xy.md.tick.a", "e", 1, "{\"p\":1}");
            node.awaitLine("\"data\":{\"p\":1},\"seq\":1");
            source.value("xy.md.tick.a", "e", 2, "{\"p\":2}");
            node.awaitLine("\"seq\":2,\"ts\":1700000000002,\"image\":false");
            source.send(StreamRecord.stale("upstream", 1));
            node.awaitLine("[\"connected\",true,0]");
            source.send(StreamRecord.live(1));
            callAndAge(node);
            moveWhileValuesCome(node, source);
            node.say("update");
            node.awaitLine("\"mode\":\"latest\",\"rate\":10");
            node.say("unsubscribe");
            Await.until("it is unsubscribed", () -> gateway.figure("subscriptions") == 0);
            node.say("many");
            Await.until("the paced burst is through", () -> gateway.figure("subscriptions") == 150);
            gateway.control(Control.Kind.KICK, "t07");
            node.awaitLine("[\"closed\",false,4303]");
            node.say("close");
        }
    }

    private void callAndAge(PeerProcess node) {
        node.say("call");
        node.awaitLine("{\"what\":\"failure\",\"value\":[\"no_service\",\"not-executed\"]}");
        TestVertx.await(gateway.bus()
                .serve(
                        Contract.API_CALL,
                        call -> Future.succeededFuture(CallReply.ok(
                                Payload.utf8("{\"got\":" + call.body().text() + "}")))));
        AtomicInteger heard = new AtomicInteger();
        TestVertx.await(gateway.bus().listen(Contract.HEALTH_REPORT, report -> {
            if (report.role() == Role.HTTP_API) {
                heard.incrementAndGet();
            }
        }));
        gateway.vertx().setPeriodic(100, id -> gateway.bus().publish(Contract.HEALTH_REPORT, API_IS_UP));
        // The first may still be on its way to the fan-out when it is heard here; the third tells that it is there.
        Await.until("the API is known", () -> heard.get() >= 3);
        node.say("call");
        node.awaitLine("{\"what\":\"answer\",\"value\":{\"got\":{\"n\":1}}}");
        node.say("age");
        node.awaitLine("{\"what\":\"age\",\"value\":true}");
    }

    /** A revoked socket comes back with a new token and gets exactly what it missed. */
    private void moveWhileValuesCome(PeerProcess node, FakeSource source) {
        gateway.control(Control.Kind.REVOKE, "t07");
        node.awaitLine("[\"waiting\",false,4201]");
        source.value("xy.md.tick.a", "e", 3, "{\"p\":3}");
        node.awaitLine("\"seq\":3");
        node.awaitLine("\"type\":\"ready\",\"count\":1,\"recovered\":1,\"lost\":0");
        assertThat(node.lines().stream()
                        .filter(line -> line.contains("\"seq\":2"))
                        .count())
                .isEqualTo(1);
    }

    private PeerProcess start() throws IOException {
        Path script = directory.resolve("xy-client.mjs");
        Files.copy(Path.of("src/main/resources/client/xy-client.js"), script);
        return NodeClients.run(
                "client.mjs", script.toString(), "ws://127.0.0.1:" + gateway.port() + "/ws", gateway.token());
    }
}
