package io.xy.gateway.httpapi.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.outcome.OutcomeLedger.Claim;
import io.xy.gateway.httpapi.outcome.OutcomeLedger.Entry;
import io.xy.gateway.httpapi.outcome.OutcomeLedger.State;
import io.xy.gateway.shared.config.OutcomesConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("Z12")
class MemoryLedgerTest {
    private static final Answer OK = Answer.json(200, "1234567890".getBytes(StandardCharsets.UTF_8));

    private final AtomicLong now = new AtomicLong(1_000);
    private final MemoryLedger ledger = new MemoryLedger(new OutcomesConfig(60_000, 3, 25), now::get);

    private Claim claim(String name) {
        return claim(name, "f");
    }

    private Claim claim(String name, String fingerprint) {
        return ledger.claim(name, new Entry("r-" + name, "route", fingerprint, 0, State.UNDER_WAY, null))
                .result();
    }

    private void settle(String name, State state, @Nullable Answer answer) {
        ledger.settle(name, "r-" + name, state, answer);
    }

    private State state(String name) {
        Entry entry = ledger.find(name).result();
        return entry == null ? State.NOT_EXECUTED : entry.state();
    }

    @Test
    void aKeyIsClaimedOnceHoweverManyAskAtOnce() throws InterruptedException {
        AtomicInteger granted = new AtomicInteger();
        List<Thread> threads = IntStream.range(0, 50)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    if (claim("a") instanceof Claim.Granted) {
                        granted.incrementAndGet();
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(granted).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void onlyACallThatNeverReachedItsServiceMayBeClaimedAgain(State state) {
        claim("a");
        settle("a", state, null);

        assertThat(claim("a", "other")).isInstanceOf(Claim.Held.class);
        assertThat(claim("a") instanceof Claim.Granted).isEqualTo(state == State.NOT_EXECUTED);
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"EXECUTED", "REFUSED"})
    void whatIsSettledStaysSo(State first) {
        claim("a");
        settle("a", State.UNKNOWN, null);
        ledger.settle("a", "r-other", State.EXECUTED, OK);
        assertThat(state("a")).isEqualTo(State.UNKNOWN);

        settle("a", first, OK);
        settle("a", State.UNKNOWN, null);
        settle("a", State.NOT_EXECUTED, null);

        assertThat(state("a")).isEqualTo(first);
        Entry entry = ledger.find("a").result();
        assertThat(entry == null ? null : entry.answer()).isEqualTo(OK);
    }

    @Test
    void aFullLedgerGivesUpOnlyWhatWasNotExecuted() {
        claim("a");
        claim("b");
        claim("c");
        settle("b", State.UNKNOWN, null);
        assertThat(claim("d")).isInstanceOf(Claim.Full.class);

        settle("c", State.NOT_EXECUTED, null);
        assertThat(claim("d")).isInstanceOf(Claim.Granted.class);
        assertThat(claim("e")).isInstanceOf(Claim.Full.class);
        assertThat(claim("b")).isInstanceOf(Claim.Held.class);
        assertThat(ledger.size()).isEqualTo(3);
    }

    @Test
    void answersBeyondTheMemoryAreLeftOutButNotTheOutcome() {
        for (String name : List.of("a", "b", "c")) {
            claim(name);
            settle(name, State.EXECUTED, OK);
        }
        Entry second = ledger.find("b").result();
        Entry third = ledger.find("c").result();
        assertThat(second == null ? null : second.answer()).isEqualTo(OK);
        assertThat(third == null ? OK : third.answer()).isNull();
        assertThat(state("c")).isEqualTo(State.EXECUTED);
    }

    @Test
    void aClaimIsForgottenWhenItsTimeIsOverAndNotBefore() {
        claim("a");
        settle("a", State.EXECUTED, OK);
        now.addAndGet(59_999);
        claim("b");
        assertThat(claim("a")).isInstanceOf(Claim.Held.class);
        now.addAndGet(1);
        assertThat(ledger.find("a").result()).isNull();
        assertThat(ledger.size()).isEqualTo(1);
        assertThat(claim("a")).isInstanceOf(Claim.Granted.class);
        assertThat(claim("b")).isInstanceOf(Claim.Held.class);
    }
}
