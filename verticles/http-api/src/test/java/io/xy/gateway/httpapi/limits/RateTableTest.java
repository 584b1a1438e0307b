package io.xy.gateway.httpapi.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.config.LimitRule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B3")
class RateTableTest {
    private static final long SECOND = 1_000_000_000;
    private static final Rate TEN_A_SECOND = Rate.of(new LimitRule(10, 1_000, 10));

    private final RateTable table = new RateTable(1_024);

    private int admitted(long key, long now, int tries) {
        int count = 0;
        for (int i = 0; i < tries; i++) {
            if (table.take(key, now, TEN_A_SECOND.interval(), TEN_A_SECOND.depth()) >= 0) {
                count++;
            }
        }
        return count;
    }

    @Test
    void aFullAllowanceMayBeUsedAtOnceAndGrowsBackEvenly() {
        assertThat(admitted(1, 0, 100)).isEqualTo(10);
        assertThat(admitted(1, SECOND / 10 - 1, 10)).isZero();
        assertThat(admitted(1, SECOND / 10, 10)).isEqualTo(1);
        assertThat(admitted(1, SECOND, 100)).isEqualTo(9);
        assertThat(admitted(1, 100 * SECOND, 100)).isEqualTo(10);
    }

    @Test
    void noEdgeOfAWindowGivesTwiceTheAllowance() {
        assertThat(admitted(1, SECOND - 1, 100)).isEqualTo(10);
        assertThat(admitted(1, SECOND + 1, 100)).isZero();
    }

    @Test
    void whoIsRefusedIsToldWhenTheNextIsAdmitted() {
        admitted(1, 0, 10);
        long wait = -table.take(1, 5, TEN_A_SECOND.interval(), TEN_A_SECOND.depth());

        assertThat(admitted(1, 5 + wait - 1, 1)).isZero();
        assertThat(admitted(1, 5 + wait, 1)).isEqualTo(1);
    }

    @Test
    void clocksThatBeganBelowZeroCountAsWell() {
        long now = Long.MAX_VALUE - 3;
        assertThat(admitted(1, now, 100)).isEqualTo(10);
        assertThat(admitted(1, now + SECOND, 100)).isEqualTo(10);
        assertThat(admitted(2, -SECOND, 100)).isEqualTo(10);
        assertThat(admitted(2, SECOND, 100)).isEqualTo(10);
    }

    @Test
    void whoIsLimitedStaysSoWhileOthersComeAndGo() {
        assertThat(admitted(42, 0, 20)).isEqualTo(10);
        for (long key = 1_000; key < 50_000; key++) {
            admitted(key, 1, 1);
        }
        assertThat(admitted(42, 2, 5)).isZero();
        assertThat(table.capacity()).isEqualTo(1_024);
    }

    @Test
    void severalThreadsShareOneAllowance() throws Exception {
        Rate slow = Rate.of(new LimitRule(1_000, 3_600_000, 1_000));
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<Integer> many = () -> {
                int count = 0;
                for (int i = 0; i < 1_000; i++) {
                    if (table.take(7, 0, slow.interval(), slow.depth()) >= 0) {
                        count++;
                    }
                }
                return count;
            };
            int sum = 0;
            List<Future<Integer>> counts = new ArrayList<>(threads.invokeAll(List.of(many, many, many, many)));
            for (Future<Integer> count : counts) {
                sum += count.get();
            }
            assertThat(sum).isEqualTo(1_000);
        }
    }

    /** Two arrays of fixed length are all there is: a million callers change nothing about that. */
    @Test
    @Tag("nightly")
    @Tag("T-A05")
    @Tag("T-21")
    void aMillionCallersTakeNoMoreMemoryAndTheGreedyStayLimited() {
        RateTable large = new RateTable(1 << 16);
        Rate rate = Rate.of(new LimitRule(100, 60_000, 100));
        for (int i = 0; i < 200; i++) {
            large.take(42, 0, rate.interval(), rate.depth());
        }
        for (long key = 1_000; key < 1_001_000; key++) {
            assertThat(large.take(key, key, rate.interval(), rate.depth())).isNotNegative();
        }
        assertThat(large.take(42, 1_001_000, rate.interval(), rate.depth())).isNegative();
        assertThat(large.capacity()).isEqualTo(1 << 16);
    }

    @Test
    void differentNamesAreDifferentNumbers() {
        assertThat(List.of("", "a", "b", "aa", "aaa", "aaaa", "aaaaa", "abcdefgh", "abcdefgi", "a\0").stream()
                        .map(table::number)
                        .distinct())
                .hasSize(10);
        assertThat(table.number("same")).isEqualTo(table.number("same"));
        assertThat(table.number("same")).isNotEqualTo(new RateTable(1).number("same"));
    }
}
