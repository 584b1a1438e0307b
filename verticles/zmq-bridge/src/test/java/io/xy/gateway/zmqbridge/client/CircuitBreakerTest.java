package io.xy.gateway.zmqbridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.zmqbridge.client.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z5")
class CircuitBreakerTest {
    private static final long MILLI = 1_000_000;

    private final List<String> changes = new ArrayList<>();
    private final CircuitBreaker breaker =
            new CircuitBreaker(new BreakerSettings(3, 100 * MILLI, 50 * MILLI), () -> changes.add("changed"));

    @Test
    void soManyFailuresWithinTheWindowOpenIt() {
        fail(0);
        fail(50);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail(100);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.admits(100 * MILLI)).isFalse();
        assertThat(breaker.retryAfterMillis(110 * MILLI)).isEqualTo(40);
        assertThat(changes).isNotEmpty();
    }

    @Test
    void failuresThatAreOlderThanTheWindowAreForgotten() {
        for (int i = 0; i < 20; i++) {
            fail(i * 60);
        }
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail(19 * 60 + 30);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void afterAWhileASingleCallTriesAndItsAnswerClosesIt() {
        open();
        assertThat(breaker.admits(49 * MILLI)).isFalse();
        assertThat(breaker.admits(50 * MILLI)).isTrue();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.onSent()).isTrue();
        assertThat(breaker.admits(60 * MILLI)).isFalse();
        assertThat(breaker.retryAfterMillis(60 * MILLI)).isEqualTo(1_000);
        breaker.onAnswer(true);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail(61);
        fail(62);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void whenTheSingleCallFailsItIsSparedAgain() {
        open();
        assertThat(breaker.admits(50 * MILLI)).isTrue();
        breaker.onSent();
        breaker.onFailure(true, 70 * MILLI);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.admits(119 * MILLI)).isFalse();
        assertThat(breaker.admits(120 * MILLI)).isTrue();
    }

    @Test
    void callsThatWereSentBeforeDecideNothing() {
        open();
        breaker.onAnswer(false);
        breaker.onFailure(false, MILLI);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.admits(50 * MILLI)).isTrue();
        breaker.onSent();
        breaker.onAnswer(false);
        breaker.onFailure(false, 51 * MILLI);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void itIsUsedOnceACallWasSent() {
        assertThat(breaker.used()).isFalse();
        assertThat(breaker.onSent()).isFalse();
        assertThat(breaker.used()).isTrue();
    }

    private void open() {
        fail(0);
        fail(0);
        fail(0);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    private void fail(long millis) {
        breaker.onFailure(false, millis * MILLI);
    }
}
