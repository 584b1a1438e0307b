package io.xy.gateway.natsbridge.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N11")
class SubscriptionPlanTest {
    private static final long LINGER = 1_000;
    private final SubscriptionPlan plan = new SubscriptionPlan(LINGER, 100);

    @Test
    void ofPatternsWantedTogetherOnlyThoseAreHeldThatNoOtherCovers() {
        want("a.b", "a.*", "a.>", "b.*.c", "b.x.*");

        assertThat(plan.held()).containsExactlyInAnyOrder("a.>", "b.*.c", "b.x.*");
    }

    @Test
    void aHeldPatternStaysWhenAWiderOneComesSoThatItsNumbersGoOn() {
        want("a.b");
        want("a.>");

        assertThat(plan.held()).containsExactlyInAnyOrder("a.b", "a.>");
    }

    @Test
    void whatAReleasedPatternCoveredIsTakenUpBeforeItIsGivenBack() {
        want("a.>");
        want("a.b");
        plan.release("a.>", 0);

        assertThat(plan.takeUp()).isTrue();
        assertThat(plan.held()).containsExactlyInAnyOrder("a.>", "a.b");
        assertThat(plan.giveBack(LINGER)).containsExactly("a.>");
        assertThat(plan.held()).containsExactly("a.b");
    }

    @Test
    void aPatternIsGivenBackOnlyWhenNobodyWantedItForAWhile() {
        want("a");
        want("a");
        plan.release("a", 0);
        assertThat(plan.giveBack(10 * LINGER)).isEmpty();

        plan.release("a", 10 * LINGER);

        assertThat(plan.giveBack(11 * LINGER - 1)).isEmpty();
        assertThat(plan.giveBack(11 * LINGER)).containsExactly("a");
    }

    @Test
    void aPatternThatComesAndGoesIsHeldLongerAndCountedAsAStorm() {
        want("a");
        for (int i = 0; i < SubscriptionPlan.CALM_RETURNS; i++) {
            plan.release("a", 0);
            want("a");
        }
        plan.release("a", 0);

        assertThat(plan.storms()).isEqualTo(1);
        assertThat(plan.giveBack(8 * LINGER - 1)).isEmpty();
        assertThat(plan.giveBack(8 * LINGER)).containsExactly("a");
    }

    @Test
    void afterAQuietMinuteAReturnIsNoStorm() {
        want("a");
        for (int i = 0; i < 10; i++) {
            plan.release("a", i * 100_000L);
            plan.want("a", i * 100_000L);
        }

        assertThat(plan.storms()).isZero();
    }

    @Test
    void beyondTheLimitAPatternWaitsUntilAnotherIsGivenBack() {
        SubscriptionPlan small = new SubscriptionPlan(LINGER, 1);
        small.want("a", 0);
        small.takeUp();
        small.want("b", 0);
        assertThat(small.takeUp()).isFalse();

        small.release("a", 0);
        small.giveBack(LINGER);

        assertThat(small.takeUp()).isTrue();
        assertThat(small.held()).containsExactly("b");
    }

    @Test
    void aNewConnectionStartsWithTheFewestPatternsThatDo() {
        want("a.b");
        want("a.>");
        want("c");
        plan.release("c", 0);

        plan.startOver();

        assertThat(plan.held()).containsExactly("a.>");
    }

    @Test
    void releasingWhatWasNeverWantedChangesNothing() {
        plan.release("a", 0);

        assertThat(plan.takeUp()).isFalse();
    }

    private void want(String... patterns) {
        for (String pattern : patterns) {
            plan.want(pattern, 0);
        }
        plan.takeUp();
    }
}
