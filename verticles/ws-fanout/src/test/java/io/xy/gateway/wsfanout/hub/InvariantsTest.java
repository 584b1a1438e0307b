package io.xy.gateway.wsfanout.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.wsfanout.oracle.Ledger;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The invariants of the protocol page that concern a client's first state (I4), its memory (I8) and the age of what it
 * gets (I9), over random lives. Order and holes (I1, I2, I5) are {@link OverflowTest}'s, answers (I6, I7) the
 * conversations'.
 */
@Tag("N12")
class InvariantsTest {
    private static final int RUNS = 1_000;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void theFirstStateIsWhatTheNodeHadAtSomeMomentAfterTheQuestion(Mode mode) {
        OneTurn.run(turn -> {
            for (int seed = 0; seed < RUNS; seed++) {
                new FirstStateStory(turn.another(), seed, mode).tell();
            }
        });
    }

    @Test
    @Tag("N5")
    void whatWaitsForAClientIsBoundedWhateverItAsks() {
        OneTurn.run(turn -> {
            for (int seed = 0; seed < RUNS / 10; seed++) {
                new MemoryStory(turn.another(), seed).tell();
            }
        });
    }

    @Test
    @Tag("N5")
    @Tag("T-N01")
    void aMillionSubjectsAreAsManyAsMayBeAndTheFirstOnesGoOn() {
        OneTurn.run(turn -> {
            HubClient client = new HubClient(turn, "xy.md.>", Mode.LATEST, new Ledger("million", false));
            client.subscribe(false);
            for (int i = 0; i < 1_000_000; i++) {
                turn.value("xy.md.s" + i, 0, 1);
            }
            assertThat(turn.hub().subjects()).isEqualTo(OneTurn.SUBJECTS);
            assertThat(turn.hub().figures().droppedSubject).isEqualTo(1_000_000 - OneTurn.SUBJECTS);
            assertThat(client.outbox().entries()).isLessThanOrEqualTo(OneTurn.SUBJECTS + 1);
            turn.value("xy.md.s7", 0, 2);
            client.read();
            assertThat(client.ledger().shown()).hasSize(OneTurn.SUBJECTS);
            assertThat(Objects.requireNonNull(client.ledger().shown().get("xy.md.s7"))
                            .sequence())
                    .isEqualTo(2);
            assertThat(client.ledger().violations()).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void nothingThatWaitedIsOlderThanTheClientAllows(Mode mode) {
        OneTurn.run(turn -> {
            for (int seed = 0; seed < RUNS; seed++) {
                new AgeStory(turn.another(), seed, mode).tell();
            }
        });
    }
}
