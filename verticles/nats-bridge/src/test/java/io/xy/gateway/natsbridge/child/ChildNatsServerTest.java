package io.xy.gateway.natsbridge.child;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ChildNatsServerTest {
    private static final String PROGRAM = PeerProcess.find("nats-server");

    @Test
    @Tag("C6")
    void theChildServesOnTheWantedPortAndNoProcessIsLeftWhenItIsStopped() throws Exception {
        int port = Ports.free();
        ChildNatsServer child = new ChildNatsServer(PROGRAM, port);
        child.start(() -> {});
        Await.until("the child is ready", () -> child.port() != 0);
        List<ProcessHandle> family = family(child);

        try (Connection client = Nats.connect(child.urls().get(0))) {
            assertThat(client.getStatus()).isEqualTo(Connection.Status.CONNECTED);
            Evidence.contacted("nats-server");
        }
        assertThat(child.port()).isEqualTo(port);
        assertThat(child.trouble()).isEmpty();
        child.stop();

        assertThat(family).hasSizeGreaterThanOrEqualTo(2);
        Await.until("no process is left", () -> family.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(child.urls()).isEmpty();
    }

    @Test
    @Tag("C6")
    void aTakenPortIsLeftToItsOwner() throws IOException {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ChildNatsServer child = new ChildNatsServer(PROGRAM, owner.getLocalPort());
            child.start(() -> {});
            Await.until("the child is ready", () -> child.port() != 0);

            assertThat(child.port()).isNotEqualTo(owner.getLocalPort());
            child.stop();
        }
    }

    @Test
    @Tag("C6")
    void aChildThatDiesIsStartedAgain() {
        AtomicInteger ready = new AtomicInteger();
        ChildNatsServer child = new ChildNatsServer(PROGRAM, Ports.free());
        child.start(ready::incrementAndGet);
        Await.until("the child is ready", () -> child.port() != 0);

        server(child).destroyForcibly();

        Await.until("it is ready again", () -> ready.get() == 2 && child.port() != 0);
        child.stop();
    }

    @Test
    @Tag("C6")
    void theServerDiesWithAGatewayThatIsKilled() throws Exception {
        String classes = System.getProperty("java.class.path");
        PeerProcess gateway = PeerProcess.start(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                classes,
                ChildOfAnotherJvm.class.getName(),
                PROGRAM,
                String.valueOf(Ports.free()));
        gateway.awaitLine("ready");
        List<ProcessHandle> family =
                ProcessHandle.of(gateway.pid()).orElseThrow().descendants().toList();

        gateway.kill();

        assertThat(family).hasSizeGreaterThanOrEqualTo(2);
        Await.until("no process is left", () -> family.stream().noneMatch(ProcessHandle::isAlive));
        gateway.close();
    }

    @Test
    @Tag("C6")
    void withoutTheProgramTheTroubleSaysSoAndNothingIsTriedAgain() {
        ChildNatsServer child = new ChildNatsServer("no-such-nats-server", Ports.free());
        child.start(() -> {});

        Await.until("it is given up", child::isMissing);
        Await.until("the trouble is named", () -> child.trouble().contains("no-such-nats-server on the PATH"));
        assertThat(child.urls()).isEmpty();
        child.stop();
    }

    private static List<ProcessHandle> family(ChildNatsServer child) {
        return ProcessHandle.of(child.pid()).orElseThrow().descendants().toList();
    }

    private static ProcessHandle server(ChildNatsServer child) {
        return family(child).stream()
                .filter(each -> each.info().command().orElse("").endsWith("nats-server"))
                .findFirst()
                .orElseThrow();
    }
}
