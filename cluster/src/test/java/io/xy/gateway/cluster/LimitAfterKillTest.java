package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of allowances when the process that counts them is killed. */
@Tag("B3")
class LimitAfterKillTest {
    private static final int MAX = 5;

    @Test
    @Tag("T-A06")
    void aKilledNodeGivesOneAllowanceMoreAndNeverTwo() {
        try (Node node = node();
                Node other = node()) {
            node.start();
            other.start();
            assertThat(admitted(node)).isEqualTo(MAX);
            assertThat(admitted(other)).isEqualTo(MAX);

            for (int restarts = 0; restarts < 2; restarts++) {
                node.process().kill();
                node.start();
                assertThat(admitted(node)).as("after a restart").isEqualTo(MAX);
                assertThat(admitted(other)).as("where nothing happened").isZero();
            }
        }
    }

    private static Node node() {
        return new Node(
                "SERVICE_TYPE", "http-api",
                "RATE_LIMIT_MAX", Integer.toString(MAX),
                "RATE_LIMIT_WINDOW", "24h");
    }

    /** How many of three times as many calls as are allowed come through. */
    private static int admitted(Node node) {
        int admitted = 0;
        for (int i = 0; i < 3 * MAX; i++) {
            int status = node.get("/api/v1/accounts", "").statusCode();
            assertThat(status).isIn(401, 429);
            admitted += status == 401 ? 1 : 0;
        }
        return admitted;
    }
}
