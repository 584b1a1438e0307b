package io.xy.gateway.wsfanout.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.wsfanout.oracle.Ledger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client hears that did not read for a while: holes have names, and the newest value always comes. */
@Tag("N5")
@Tag("N12")
class OverflowTest {
    private static final String SUBJECT = "xy.md.a";
    private static final int RUNS = 2_000;

    @Test
    void theNewestValueComesThoughNothingFollowsTheGap() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 10);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "d 2", "d 3", "g 4 9", "d 10");
            assertThat(turn.hub().figures().droppedFull).isEqualTo(6);
        });
    }

    @Test
    void anEpochThatBeganWhileNothingFittedIsTold() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 5);
            turn.values(SUBJECT, 1, 1, 4);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "d 2", "d 3", "g 4 5", "b e1", "g 1 3", "s 4");
        });
    }

    @Test
    void ofManyEpochsThatNobodyHeardOfOnlyTheLastIsTold() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 4);
            for (int epoch = 1; epoch < 50; epoch++) {
                turn.values(SUBJECT, epoch, 7, 8);
            }
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "d 2", "d 3", "g 4 4", "b e49", "g 7 7", "s 8");
        });
    }

    @Test
    void whoTakesNothingForASecondIsSlowAndForTwoMinutesIsGivenUp() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 10);
            client.flush();
            client.watchAfter(500);
            assertThat(turn.hub().figures().slow).isZero();
            client.watchAfter(Stall.SLOW_MILLIS + 100);
            client.watchAfter(Stall.SLOW_MILLIS + 600);
            assertThat(turn.hub().figures().slow).isEqualTo(1);
            client.watchAfter(Stall.HOPELESS_MILLIS - 1_000);
            assertThat(client.sink().isTooSlow()).isFalse();
            client.watchAfter(Stall.HOPELESS_MILLIS + 100);
            assertThat(client.sink().isTooSlow()).isTrue();
        });
    }

    @Test
    void whoTakesALittleNowAndThenIsNotGivenUp() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 10);
            client.flush();
            client.sink().room(1);
            client.flush();
            client.watchAfter(Stall.SLOW_MILLIS - 200);
            assertThat(turn.hub().figures().slow).isZero();
        });
    }

    @Test
    void oneValueTooManyIsOnlyLate() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 4);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "d 2", "d 3", "d 4");
            assertThat(turn.hub().figures().droppedFull).isZero();
        });
    }

    @Test
    void whatASourceLostAfterTheNewestValueStandsAfterIt() {
        stuck(Mode.ALL, (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 6);
            turn.lost(SUBJECT, 0, 7, 9);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "d 2", "d 3", "g 4 5", "d 6", "g 7 9");
        });
    }

    @Test
    void jumpsOfLinkedSequencesThatDoNotFitAreNamedToo() {
        stuck(Mode.ALL, Ledger.ofChangingMode("stuck"), (turn, client) -> {
            turn.values(SUBJECT, 0, 2, 4);
            turn.value(SUBJECT, 0, 10);
            turn.value(SUBJECT, 0, 17);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "d 2", "d 3", "b e0", "g 4 10", "s 17");
        });
    }

    @Test
    void lossesOfANewEpochAreToldInModeLatest() {
        stuck(Mode.LATEST, (turn, client) -> {
            client.read();
            turn.value(SUBJECT, 1, 1);
            turn.lost(SUBJECT, 1, 2, 3);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "b e1", "s 1", "g 2 3");
        });
    }

    @Test
    void aChangeToLatestNeverOvertakesWhatWaits() {
        stuck(Mode.ALL, Ledger.ofChangingMode("stuck"), (turn, client) -> {
            turn.hub().sourceStale("nats", "upstream", 1);
            turn.values(SUBJECT, 0, 2, 8);
            client.change(Mode.LATEST);
            turn.value(SUBJECT, 0, 9);
            client.read();
            assertThat(client.brief()).containsExactly("b e0", "s 1", "d 2", "d 3", "g 4 7", "d 9", "t live");
        });
    }

    /** Anything at random: the client's ledger finds no hole, no step back, and in the end the newest value. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void whateverHappensEachMissingValueIsExplained(Mode mode) {
        OneTurn.run(turn -> {
            for (int seed = 0; seed < RUNS; seed++) {
                new Story(turn.another(), seed, mode).tell();
            }
        });
    }

    /** The same with a client that changes its mode as it goes; its ledger then only forbids steps back. */
    @Test
    void changesOfModeLoseNothing() {
        OneTurn.run(turn -> {
            for (int seed = 0; seed < RUNS; seed++) {
                new Story(turn.another(), seed, null).tell();
            }
        });
    }

    /** A client that has subscribed and does not read, and a first value. */
    private static void stuck(Mode mode, BiConsumer<OneTurn, HubClient> then) {
        stuck(mode, new Ledger("stuck", mode == Mode.ALL), then);
    }

    private static void stuck(Mode mode, Ledger ledger, BiConsumer<OneTurn, HubClient> then) {
        OneTurn.run(turn -> {
            HubClient client = new HubClient(turn, SUBJECT, mode, ledger);
            client.subscribe(false);
            client.sink().room(0);
            turn.value(SUBJECT, 0, 1);
            then.accept(turn, client);
            assertThat(client.ledger().violations()).isEmpty();
        });
    }
}
