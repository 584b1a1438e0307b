package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.PeerProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RefusedStartTest {
    @Test
    @Tag("B1")
    @Tag("T-39")
    void aWrongConfigurationEndsWithTwoAndEveryProblem() {
        try (Node node = new Node("ZMQ_RETRIES", "many", "JWT_OPTIONAL", "yes", "SERVICE_TYPE", "http-apy");
                PeerProcess process = node.launch()) {
            assertThat(process.await(30)).isEqualTo(2);
            assertThat(process.lines())
                    .anyMatch(line -> line.contains("ZMQ_RETRIES"))
                    .anyMatch(line -> line.contains("JWT_OPTIONAL"))
                    .anyMatch(line -> line.contains("did you mean 'http-api'?"))
                    .contains("3 problems");
        }
    }

    @Test
    @Tag("C6")
    void aPortInUseEndsWithThreeAndItsNumber() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"));
                Node node = new Node("HTTP_PORT", String.valueOf(taken.getLocalPort()));
                PeerProcess process = node.launch()) {
            assertThat(process.await(60)).isEqualTo(3);
            assertThat(process.lines())
                    .anyMatch(line -> line.contains("port " + taken.getLocalPort() + " (REST) is in use"));
        }
    }

    @Test
    @Tag("C6")
    void aBrokerPortInUseIsNamedToo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Node node = new Node("ZMQ_BIND", "tcp://127.0.0.1:" + taken.getLocalPort());
                PeerProcess process = node.launch()) {
            assertThat(process.await(60)).isEqualTo(3);
            assertThat(process.lines())
                    .anyMatch(line -> line.contains("port " + taken.getLocalPort() + " (Majordomo broker) is in use"));
        }
    }

    @Test
    @Tag("C2")
    void aClusterPortInUseIsNamedToo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Node node = new Node("CLUSTER_ENABLED", "true", "CLUSTER_PORT", String.valueOf(taken.getLocalPort()));
                PeerProcess process = node.launch()) {
            assertThat(process.await(60)).isEqualTo(3);
            assertThat(process.lines()).anyMatch(line -> line.contains("port " + taken.getLocalPort() + " (cluster)"));
        }
    }

    @Test
    @Tag("B1")
    void productionWithMocksAndOptionalTokensIsRefused() {
        try (Node node = new Node(
                        "XY_PROFILE", "production",
                        "USE_MOCK_ZMQ", "true",
                        "JWT_OPTIONAL", "true",
                        "JWT_SECRET", "your-secret-key-change-in-production");
                PeerProcess process = node.launch()) {
            assertThat(process.await(30)).isEqualTo(2);
            assertThat(process.lines())
                    .anyMatch(line -> line.contains("zmq.mock"))
                    .anyMatch(line -> line.contains("jwt.optional"))
                    .anyMatch(line -> line.contains("jwt.secret"))
                    .noneMatch(line -> line.contains("your-secret-key-change-in-production"));
        }
    }
}
