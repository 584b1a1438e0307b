package io.xy.gateway.natsbridge.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.natsbridge.link.LinkEvent.Loss;
import io.xy.gateway.natsbridge.link.LinkEvent.Numbering;
import io.xy.gateway.natsbridge.link.LinkEvent.Received;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N12")
class SubjectTableTest {
    private static final int LIMIT = 3;
    private final Set<String> held = new HashSet<>(Set.of("a.*", "a.>"));
    private final List<String> out = new ArrayList<>();
    private final SubjectTable table =
            new SubjectTable("boot", LIMIT, held::contains, (state, record) -> out.add(text(record)));

    @Test
    void lossesBecomeGapsWhereTheyHappened() {
        table.onConnected(1);
        receive("a.x", null);
        lose("a.x", 4, null);
        receive("a.x", null);

        assertThat(out).containsExactly("a.x boot-1 1", "a.x boot-1 gap 2-5", "a.x boot-1 6");
    }

    @Test
    void theCopiesOfAnOverlappingSubscriptionAreNeitherHandedOnNorCountedAsLost() {
        table.onConnected(1);
        receive("a.x", null);
        table.onReceived(new Received(1, "a.>", "a.x", null, 0, Payload.EMPTY));
        table.onLoss(new Loss("a.>", "a.x", 7, null), 0);

        assertThat(out).containsExactly("a.x boot-1 1");
        assertThat(table.duplicates()).isEqualTo(2);
    }

    @Test
    void whenASubscriptionEndsItsSubjectsStartInANewEpochAndLateCopiesOfItAreIgnored() {
        table.onConnected(1);
        receive("a.x", null);
        held.remove("a.*");
        table.onGivenBack(Set.of("a.*"));
        receive("a.x", null);
        table.onReceived(new Received(1, "a.>", "a.x", null, 0, Payload.EMPTY));

        assertThat(out).containsExactly("a.x boot-1 1", "a.x boot-1.1 1");
    }

    @Test
    void aLossOfUnknownSubjectsStartsANewEpochForAll() {
        table.onConnected(1);
        receive("a.x", null);
        table.onDoubt();
        receive("a.x", null);

        assertThat(out).containsExactly("a.x boot-1 1", "a.x boot-1.1 1");
    }

    @Test
    void beyondTheLimitOfSubjectsNumberingStartsAnewInsteadOfCountingTwice() {
        table.onConnected(1);
        for (String subject : List.of("a.1", "a.2", "a.3", "a.4", "a.1")) {
            receive(subject, null);
        }

        assertThat(out)
                .containsExactly("a.1 boot-1 1", "a.2 boot-1 1", "a.3 boot-1 1", "a.4 boot-1.1 1", "a.1 boot-1.1 1");
    }

    @Test
    void aChainWithAMissingLinkShowsWhatIsMissing() {
        table.onConnected(1);
        receive("a.x", chain(5, 2));
        receive("a.x", chain(9, 5));
        receive("a.x", chain(20, 14));

        assertThat(out).containsExactly("a.x js:S 5", "a.x js:S 9", "a.x js:S gap 10-14", "a.x js:S 20");
    }

    @Test
    void aChainIsFollowedAcrossConnectionsAlsoThroughAnotherSubscription() {
        table.onConnected(1);
        receive("a.x", chain(5, 2));
        held.remove("a.*");
        table.onConnected(2);
        table.onReceived(new Received(2, "a.>", "a.x", chain(8, 7), 0, Payload.EMPTY));

        assertThat(out).containsExactly("a.x js:S 5", "a.x js:S gap 6-7", "a.x js:S 8");
    }

    @Test
    void aStreamMadeAnewUnderItsNameGetsAnotherEpoch() {
        table.onConnected(1);
        receive("a.x", chain(50, 49));
        receive("a.x", chain(1, 0));
        receive("a.x", chain(2, 1));

        assertThat(out).containsExactly("a.x js:S 50", "a.x js:S~boot-1.1 1", "a.x js:S~boot-1.1 2");
    }

    @Test
    void aSourceThatStopsNumberingIsNumberedHereInANewEpoch() {
        table.onConnected(1);
        receive("a.x", chain(5, 4));
        receive("a.x", null);
        receive("a.x", new Numbering("src:f", 9, -1));

        assertThat(out).containsExactly("a.x js:S 5", "a.x boot-1.1 1", "a.x src:f 9");
    }

    @Test
    void theLossOfNumberedValuesIsNamedByTheirNumbers() {
        table.onConnected(1);
        lose("a.y", 3, chain(4, 3));
        receive("a.x", chain(5, 4));
        lose("a.x", 3, chain(11, 9));
        receive("a.x", chain(12, 11));

        assertThat(out).containsExactly("a.x js:S 5", "a.x js:S gap 6-11", "a.x js:S 12");
    }

    @Test
    void aSubjectThatIsNoStreamIsRefusedAndCounted() {
        held.add(">");
        for (String subject : List.of("_INBOX.a", "$JS.ACK.x", "a b")) {
            table.onReceived(new Received(1, ">", subject, null, 0, Payload.EMPTY));
        }

        assertThat(out).isEmpty();
        assertThat(table.refused()).isEqualTo(3);
    }

    private void receive(String subject, @Nullable Numbering numbering) {
        table.onReceived(new Received(1, "a.*", subject, numbering, 0, Payload.EMPTY));
    }

    private void lose(String subject, int count, @Nullable Numbering last) {
        table.onLoss(new Loss("a.*", subject, count, last), 0);
    }

    private static Numbering chain(long sequence, long previous) {
        return new Numbering("js:S", sequence, previous);
    }

    private static String text(StreamRecord record) {
        String place = record.subject() + ' ' + record.epoch() + ' ';
        return record.kind() == Kind.GAP
                ? place + "gap " + record.from() + '-' + record.sequence()
                : place + record.sequence();
    }
}
