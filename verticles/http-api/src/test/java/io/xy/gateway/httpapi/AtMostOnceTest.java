package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders whose upstream dies at every moment: none is sent twice, and the answer never says less than is so. */
@Tag("B7")
@Tag("Z12")
@Tag("T-29")
class AtMostOnceTest {
    private enum Death {
        /** The connection, used before, ends while the request is on its way. */
        BEFORE,
        AFTER_THE_HEAD,
        AFTER_THE_REQUEST,
        WITHIN_THE_ANSWERS_HEAD,
        AFTER_THE_ANSWERS_HEAD,
        WITHIN_THE_ANSWERS_BODY,
        AFTER_THE_ANSWER,
        NEVER
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anOrderIsSentAtMostOnceWheneverItsUpstreamDies(long seed) {
        Random random = new Random(seed);
        AtomicReference<Death> death = new AtomicReference<>(Death.NEVER);
        AtomicBoolean reset = new AtomicBoolean();
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    while (true) {
                        if (death.get() == Death.AFTER_THE_HEAD) {
                            if (!connection.head().isEmpty()) {
                                end(connection, reset.get());
                            }
                            return;
                        }
                        if (connection.request().isEmpty()) {
                            return;
                        }
                        Death now = Objects.requireNonNull(death.get());
                        String answer = RawUpstream.ok("done");
                        connection.send(
                                switch (now) {
                                    case WITHIN_THE_ANSWERS_HEAD -> answer.substring(0, 30);
                                    case AFTER_THE_ANSWERS_HEAD -> answer.substring(0, answer.length() - 4);
                                    case WITHIN_THE_ANSWERS_BODY -> answer.substring(0, answer.length() - 2);
                                    case BEFORE, AFTER_THE_HEAD, AFTER_THE_REQUEST -> "";
                                    case AFTER_THE_ANSWER, NEVER -> answer;
                                });
                        if (now != Death.NEVER) {
                            end(connection, reset.get());
                            return;
                        }
                    }
                });
                Gateway gateway = UpstreamStage.start(
                        "    breaker: {failures: 0}\n    health: {failures: 0}\n    retry: {attempts: 5, budget: 100, backoff: 1ms}\n",
                        upstream.port())) {
            String token = gateway.token("operator");
            for (int i = 0; i < 60; i++) {
                Death next = Death.values()[random.nextInt(Death.values().length)];
                if (next == Death.BEFORE) {
                    death.set(Death.AFTER_THE_ANSWER);
                    gateway.get("/u/things/1", token);
                    next = Death.NEVER;
                }
                death.set(next);
                reset.set(random.nextBoolean());
                String order = "order-" + seed + '-' + i;
                String answer = post(gateway, token, order, random.nextBoolean());
                long arrived = upstream.requests.stream()
                        .filter(request -> request.contains(order))
                        .count();
                judge(next, order, answer, arrived);
            }
        }
    }

    private static void end(RawUpstream.Connection connection, boolean reset) throws java.io.IOException {
        if (reset) {
            connection.reset();
        }
    }

    private static String post(Gateway gateway, String token, String order, boolean chunked) {
        String body = "{\"id\":\"" + order + "\"}";
        String length = Integer.toHexString(body.length());
        try (RawHttp raw = gateway.raw()) {
            raw.send(
                    "POST /u/things HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n"
                            + (chunked
                                    ? "Transfer-Encoding: chunked\r\n\r\n" + length + "\r\n" + body + "\r\n0\r\n\r\n"
                                    : "Content-Length: " + body.length() + "\r\n\r\n" + body));
            return raw.all();
        }
    }

    private static void judge(Death death, String order, String answer, long arrived) {
        assertThat(arrived).as("%s, %s: %s", order, death, answer).isLessThanOrEqualTo(1);
        if (answer.startsWith("HTTP/1.1 200 ")) {
            assertThat(arrived).isEqualTo(1);
            boolean whole = answer.endsWith("\r\n\r\ndone");
            assertThat(whole)
                    .as("%s: %s", death, answer)
                    .isEqualTo(death == Death.AFTER_THE_ANSWER || death == Death.NEVER);
            return;
        }
        if (answer.isEmpty()) {
            // Broken off before a byte of the answer left: as good as an answer that breaks off.
            assertThat(death).isIn(Death.AFTER_THE_ANSWERS_HEAD, Death.WITHIN_THE_ANSWERS_BODY);
            return;
        }
        JsonObject problem = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(problem.getString("outcome")).isIn("unknown", "not-executed");
        assertThat(problem.getInteger("status"))
                .isEqualTo(problem.getString("outcome").equals("unknown") ? 504 : 503);
        assertThat(problem.getBoolean("retry"))
                .isEqualTo(problem.getString("outcome").equals("not-executed"));
        if (problem.getString("outcome").equals("not-executed")) {
            assertThat(arrived).isZero();
        }
    }

    @Test
    void anUpstreamThatSaysMoreThanItWasAskedIsNotBelieved() {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    while (!connection.request().isEmpty()) {
                        connection.send(RawUpstream.ok("mine") + RawUpstream.ok("not mine"));
                    }
                });
                Gateway gateway = UpstreamStage.start(
                        "    breaker: {failures: 0}\n    health: {failures: 0}\n", upstream.port())) {
            for (int i = 0; i < 50; i++) {
                Gateway.Reply reply = gateway.post("/u/things", gateway.token("operator"), "{}");
                assertThat(reply.body()).doesNotContain("not mine");
                assertThat(reply.status()).isIn(200, 504);
            }
        }
    }
}
