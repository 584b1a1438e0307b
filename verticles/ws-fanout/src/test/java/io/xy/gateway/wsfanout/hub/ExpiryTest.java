package io.xy.gateway.wsfanout.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.wsfanout.oracle.Ledger;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant I9: what waited for a client is not older than its {@code maxAge} when it comes, and what is kept back has a name. */
@Tag("N12")
class ExpiryTest {
    private static final String SUBJECT = "xy.md.a";
    private static final long MAX_AGE = 2_000;

    @Test
    void whatHasWaitedTooLongIsNamedAndTheRestComes() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 2);
            turn.after(MAX_AGE + 1);
            turn.value(SUBJECT, 0, 3);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "g 1 2", "s 3");
            assertThat(turn.hub().figures().droppedOld).isEqualTo(2);
        });
    }

    @Test
    void whatIsAsOldAsItMayBeComes() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 2);
            turn.after(MAX_AGE);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "d 2");
            assertThat(turn.hub().figures().droppedOld).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whereNothingNewerIsTheValueIsMarkedAsOldUntilTheNextOne(int waiting) {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, waiting);
            turn.after(MAX_AGE + 1);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "g 1 " + waiting, "t stale");
            turn.value(SUBJECT, 0, waiting + 1);
            client.read();
            assertThat(client.brief()).endsWith("s " + (waiting + 1), "t live");
        });
    }

    @Test
    void theNewestValueBehindAFullQueueIsNotShownWhenItIsTooOld() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 9);
            turn.after(MAX_AGE + 1);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "g 1 3", "g 4 9", "t stale");
        });
    }

    @Test
    void anEpochIsNamedThoughItsFirstValuesAreTooOld() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.value(SUBJECT, 1, 5);
            turn.after(MAX_AGE + 1);
            turn.value(SUBJECT, 1, 6);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "g 1 1", "b e1", "g 5 5", "s 6");
        });
    }

    @Test
    void inModeLatestThePresentIsMarkedInsteadOfSentLate() {
        stuck(Mode.LATEST, (turn, client) -> {
            client.read();
            client.sink().room(0);
            turn.values(SUBJECT, 0, 2, 4);
            turn.after(MAX_AGE + 1);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "t stale");
            turn.value(SUBJECT, 0, 5);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "t stale", "d 5", "t live");
        });
    }

    @Test
    void aFirstStateIsWantedHoweverOldItIs() {
        OneTurn.run(turn -> {
            HubClient first = new HubClient(turn, SUBJECT, Mode.ALL, new Ledger("first", true));
            first.subscribe(false);
            turn.value(SUBJECT, 0, 1);
            first.read();
            turn.after(10 * MAX_AGE);
            for (Mode mode : Mode.values()) {
                HubClient client =
                        new HubClient(turn, SUBJECT, mode, new Ledger("second", mode == Mode.ALL)).maxAge(MAX_AGE);
                client.subscribe(false);
                client.read();
                assertThat(client.brief()).containsExactly("b e0", "s 1");
            }
        });
    }

    @Test
    void theGrantIsNeverSoShortThatTheRateAloneUsesItUp() {
        OneTurn.run(turn -> {
            Outbox outbox = new Outbox(turn.hub(), new RecordingSink(new Ledger("none", false)));
            for (Tier tier : Tier.values()) {
                for (long asked : List.of(0L, 1L, 150L, 60_000L)) {
                    Subscription.Start start = new Subscription.Start(true, 0, java.util.Map.of(), false, asked);
                    long granted = new Subscription(outbox, 1, SUBJECT, Mode.LATEST, tier, start).maxAgeMillis();
                    assertThat(granted == 0).isEqualTo(asked == 0);
                    assertThat(granted).isGreaterThanOrEqualTo(asked);
                    assertThat(granted == 0 || granted >= Math.max(100, 2 * tier.periodMillis()))
                            .isTrue();
                }
            }
        });
    }

    private static void stuck(Mode mode, BiConsumer<OneTurn, HubClient> then) {
        OneTurn.run(turn -> {
            HubClient client =
                    new HubClient(turn, SUBJECT, mode, new Ledger("stuck", mode == Mode.ALL)).maxAge(MAX_AGE);
            client.subscribe(false);
            client.read();
            client.sink().room(0);
            turn.value(SUBJECT, 0, 1);
            then.accept(turn, client);
            assertThat(client.ledger().violations()).isEmpty();
        });
    }
}
