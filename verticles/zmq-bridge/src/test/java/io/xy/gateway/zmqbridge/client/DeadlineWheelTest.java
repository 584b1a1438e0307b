package io.xy.gateway.zmqbridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.ServiceCall;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z4")
class DeadlineWheelTest {
    private static final long MILLIS = 1_000_000;

    private final DeadlineWheel wheel =
            new DeadlineWheel(0, call -> call.request.deadline().nanos());

    @Test
    void aCallIsGivenOnceAfterItsDeadlineAndNotBefore() {
        Call call = call(100);
        wheel.add(call);
        wheel.add(call);
        assertThat(wheel.size()).isEqualTo(1);
        assertThat(passed(99)).isEmpty();
        assertThat(passed(120)).containsExactly(call);
        assertThat(passed(240)).isEmpty();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aRemovedCallIsNotGiven() {
        Call call = call(100);
        wheel.add(call);
        wheel.remove(call);
        wheel.remove(call);
        assertThat(passed(500)).isEmpty();
    }

    @Test
    void aDeadlineBeyondOneTurnIsKeptForTheNext() {
        Call call = call(50_000);
        wheel.add(call);
        for (long now = 0; now < 49_999; now += 1_000) {
            assertThat(passed(now)).isEmpty();
        }
        assertThat(wheel.all()).containsExactly(call);
        assertThat(passed(50_100)).containsExactly(call);
    }

    @Test
    void nothingIsForgottenWhenTheOwnerWasAwayForLong() {
        List<Call> calls = new ArrayList<>();
        for (int i = 1; i < 1_000; i++) {
            Call call = call(i * 37L);
            calls.add(call);
            wheel.add(call);
        }
        assertThat(passed(100_000)).containsExactlyInAnyOrderElementsOf(calls);
    }

    private List<Call> passed(long millis) {
        List<Call> passed = new ArrayList<>();
        wheel.advance(millis * MILLIS, passed::add);
        return passed;
    }

    private static Call call(long deadlineMillis) {
        ServiceCall request = new ServiceCall(
                "r", "s", "m", Payload.EMPTY, Effect.ONCE, "", "", new Deadline(deadlineMillis * MILLIS));
        return new Call(request, new byte[0], Promise.promise());
    }
}
