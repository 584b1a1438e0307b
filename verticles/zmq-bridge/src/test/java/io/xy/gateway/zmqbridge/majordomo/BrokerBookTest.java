package io.xy.gateway.zmqbridge.majordomo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The broker's decisions, message by message, against the faults of known brokers. */
@Tag("Z11")
class BrokerBookTest {
    private record Out(String to, List<String> frames) {}

    private final List<Out> out = new ArrayList<>();
    private final Set<String> gone = new HashSet<>();
    private BrokerBook book = book(new BrokerSettings(
            "tcp://127.0.0.1:0",
            1_000,
            5_000,
            35_000,
            5_000,
            3,
            5,
            4,
            1_024,
            Set.of("plain"),
            BrokerSettings.Dispatch.DESIGNATED));

    @Test
    void aRequestGoesToTheWorkerAndItsReplyToTheClient() {
        ready("w1", "s", 0);
        request("c1", "s", "id1", "work", 1);
        assertThat(take()).containsExactly(new Out("w1", List.of("", "MDPW01", "\2", "c1", "", "id1", "work")));
        reply("w1", "c1", "id1", "done", 2);
        assertThat(take()).containsExactly(new Out("c1", List.of("", "MDPC01", "s", "id1", "done")));
        assertThat(book.counts().replies()).isEqualTo(1);
    }

    @Test
    @Tag("T-Z09")
    void onlyTheWorkerThatWasGivenTheRequestMayAnswerItOnceAndAsItIs() {
        ready("w1", "s", 0);
        ready("w2", "s", 0);
        request("c1", "s", "id1", "work", 1);
        take();
        reply("w2", "c1", "id1", "stolen", 2);
        reply("w1", "c2", "id1", "to another client", 2);
        reply("w1", "c1", "id2", "with another id", 2);
        in("w1", "", "MDPW01", "\3", "c1", "", "id1");
        in("w1", "", "MDPW01", "\3", "c1", "", "id1", "x", "y");
        assertThat(take()).isEmpty();
        reply("w1", "c1", "id1", "done", 3);
        reply("w1", "c1", "id1", "again", 3);
        assertThat(take()).hasSize(1);
        assertThat(book.counts().foreign()).isEqualTo(6);
        request("c1", "s", "id3", "next", 4);
        request("c1", "s", "id4", "waits", 4);
        assertThat(take()).hasSize(1);
    }

    @Test
    void aReplyOfAStrangerIsAnsweredByDisconnect() {
        reply("w9", "c1", "id1", "hello", 0);
        in("w9", "", "MDPW01", "\4");
        assertThat(take())
                .containsExactly(
                        new Out("w9", List.of("", "MDPW01", "\5")), new Out("w9", List.of("", "MDPW01", "\5")));
    }

    @Test
    @Tag("T-Z10")
    void reservedImpossibleAndSurplusServicesCannotBeRegistered() {
        for (String name : List.of("mmi.service", "mmi.x", "", "a b", "x\r\ny", "n".repeat(10_000), "é")) {
            ready("w-" + name.hashCode(), name, 0);
        }
        assertThat(book.counts().workers()).isZero();
        assertThat(book.counts().refused()).isEqualTo(7);
        assertThat(take()).hasSize(7).allMatch(sent -> sent.frames().get(2).equals("\5"));
        for (int i = 0; i < 10_000; i++) {
            ready("v" + i, "service" + i, 0);
        }
        assertThat(book.counts().services()).isEqualTo(4);
        assertThat(book.counts().workers()).isEqualTo(4);
    }

    @Test
    @Tag("T-Z10")
    void aSecondReadyIsRefusedAndNeverMakesTwoOfOneWorker() {
        ready("w1", "s", 0);
        ready("w1", "s", 1);
        assertThat(book.counts().workers()).isEqualTo(1);
        request("c1", "s", "id1", "one", 2);
        request("c1", "s", "id2", "two", 2);
        assertThat(take()).hasSize(1);
        ready("w1", "s", 3);
        assertThat(book.counts().workers()).isZero();
        assertThat(book.counts().lost()).isEqualTo(1);
        ready("w2", "s", 4);
        ready("w2", "other", 4);
        assertThat(book.counts().workers()).isZero();
        assertThat(book.counts().refused()).isEqualTo(3);
    }

    @Test
    @Tag("T-Z08")
    void malformedMessagesAreCountedAndDropped() {
        ready("w1", "s", 0);
        book.onMessage(bytes("c1"), 0);
        book.onMessage(bytes("c1", ""), 0);
        book.onMessage(bytes("c1", "", "MDPC01"), 0);
        in("c1", "x", "MDPC01", "s", "id", "body");
        in("c1", "", "MDPC02", "\1", "s", "body");
        in("c1", "", "MDPC01", "s");
        in("c1", "", "MDPC01", "s", "only one");
        in("c1", "", "MDPC01", "s", "", "empty id");
        in("c1", "", "MDPC01", "s", "id", "body", "more");
        in("c1", "", "MDPC01", "", "id", "body");
        in("c1", "", "MDPC01", "a\r\nb", "id", "body");
        in("c1", "", "MDPC01", "mmi.service");
        in("w1", "", "MDPW01", "\11");
        in("w1", "", "MDPW01", "\1");
        in("w1", "", "MDPW01", "\3", "c1", "");
        in("w1", "", "MDPW01", "\3", "c1", "x", "id", "body");
        book.onMalformed();
        assertThat(book.counts().malformed()).isEqualTo(17);
        assertThat(take()).isEmpty();
        request("c1", "s", "id", "body", 1);
        assertThat(take()).hasSize(1);
    }

    @Test
    void managementAnswersWhatIsReallyThere() {
        request("c1", "s", "id0", "nobody serves this", 0);
        in("c1", "", "MDPC01", "mmi.service", "id1", "s");
        ready("w1", "s", 0);
        in("c1", "", "MDPC01", "mmi.service", "id2", "s");
        in("c1", "", "MDPC01", "mmi.service", "s");
        in("c1", "", "MDPC01", "mmi.other", "id3", "s");
        assertThat(take().stream().filter(sent -> sent.to().equals("c1")))
                .containsExactly(
                        new Out("c1", List.of("", "MDPC01", "mmi.service", "id1", "404")),
                        new Out("c1", List.of("", "MDPC01", "mmi.service", "id2", "200")),
                        new Out("c1", List.of("", "MDPC01", "mmi.service", "200")),
                        new Out("c1", List.of("", "MDPC01", "mmi.other", "id3", "501")));
    }

    @Test
    void silentWorkersGoEvenBehindLiveOnesAndBusyOnesHaveTheirOwnLimit() {
        ready("w1", "s", 0);
        ready("w2", "t", 0);
        request("c1", "t", "id1", "long work", 100);
        ready("w3", "s", 4_000);
        in("w1", 4_500, "", "MDPW01", "\4");
        take();
        book.expire(9_100);
        assertThat(book.counts().workers()).isEqualTo(2);
        book.expire(9_700);
        assertThat(book.counts().workers()).isEqualTo(1);
        book.expire(35_100);
        assertThat(book.counts().workers()).isZero();
        assertThat(book.counts().lost()).isEqualTo(1);
        assertThat(book.counts().services()).isZero();
    }

    @Test
    void requestsThatWaitTooLongOrTooManyAreDropped() {
        for (int i = 0; i < 5; i++) {
            request("c1", "s", "id" + i, "work", i);
        }
        assertThat(book.counts().waiting()).isEqualTo(3);
        assertThat(book.counts().overflowed()).isEqualTo(2);
        ready("w1", "s", 5_001);
        assertThat(book.counts().expired()).isEqualTo(1);
        assertThat(take().get(0).frames()).contains("id1");
        book.expire(6_000);
        assertThat(book.counts().expired()).isEqualTo(2);
        assertThat(book.counts().waiting()).isZero();
    }

    @Test
    void clientsCannotMakeServicesWithoutEnd() {
        for (int i = 0; i < 100; i++) {
            request("c1", "service" + i, "id", "work", 0);
        }
        assertThat(book.counts().services()).isEqualTo(5);
        book.expire(5_001);
        assertThat(book.counts().services()).isZero();
    }

    @Test
    void theFirstIsDesignatedUntilItLeavesAndHeartbeatsSaySo() {
        ready("w1", "s", 0);
        ready("w2", "s", 0);
        book.beat(1_000);
        assertThat(take())
                .containsExactlyInAnyOrder(
                        new Out("w1", List.of("", "MDPW01", "\4", "designated")),
                        new Out("w2", List.of("", "MDPW01", "\4")));
        request("c1", "s", "id1", "one", 1_001);
        request("c1", "s", "id2", "two", 1_001);
        assertThat(take()).extracting(Out::to).containsExactly("w1");
        in("w1", "", "MDPW01", "\5");
        assertThat(take()).extracting(Out::to).containsExactly("w2");
        book.beat(2_000);
        assertThat(take()).containsExactly(new Out("w2", List.of("", "MDPW01", "\4", "designated")));
    }

    @Test
    void aWorkerThatCannotBeReachedIsGoneAndItsWaitingWorkGoesOn() {
        ready("w1", "s", 0);
        ready("w2", "s", 0);
        gone.add("w1");
        request("c1", "s", "id1", "one", 1);
        assertThat(take()).extracting(Out::to).containsExactly("w2");
        gone.add("w2");
        book.beat(1_000);
        assertThat(book.counts().workers()).isZero();
        assertThat(book.counts().lost()).isEqualTo(1);
        assertThat(book.counts().undeliverable()).isEqualTo(2);
    }

    @Test
    void workIsSharedByIdlenessWhereThatIsTheRule() {
        book = book(new BrokerSettings(
                "tcp://127.0.0.1:0",
                1_000,
                5_000,
                35_000,
                5_000,
                3,
                5,
                4,
                1_024,
                Set.of(),
                BrokerSettings.Dispatch.SHARED));
        ready("w1", "s", 0);
        ready("w2", "s", 1);
        request("c1", "s", "id1", "one", 2);
        request("c1", "s", "id2", "two", 2);
        request("c1", "s", "id3", "three", 2);
        assertThat(take()).extracting(Out::to).containsExactly("w1", "w2");
        reply("w2", "c1", "id2", "done", 3);
        assertThat(take()).extracting(Out::to).containsExactly("c1", "w2");
        book.beat(1_000);
        assertThat(take()).allMatch(sent -> sent.frames().size() == 3);
        book.dismiss();
        assertThat(take()).hasSize(2);
    }

    @Test
    void plainServicesHaveNoRequestId() {
        ready("w1", "plain", 0);
        in("c1", "", "MDPC01", "plain", "work");
        assertThat(take()).containsExactly(new Out("w1", List.of("", "MDPW01", "\2", "c1", "", "work")));
        in("w1", "", "MDPW01", "\3", "c1", "", "done");
        assertThat(take()).containsExactly(new Out("c1", List.of("", "MDPC01", "plain", "done")));
        request("c1", "plain", "id", "work", 1);
        assertThat(book.counts().malformed()).isEqualTo(1);
    }

    private BrokerBook book(BrokerSettings settings) {
        return new BrokerBook(settings, (to, frames) -> {
            String name = Frames.text(to.bytes());
            if (gone.contains(name)) {
                return false;
            }
            out.add(new Out(name, frames.stream().map(Frames::text).toList()));
            return true;
        });
    }

    private List<Out> take() {
        List<Out> taken = List.copyOf(out);
        out.clear();
        return taken;
    }

    private void ready(String worker, String service, long now) {
        in(worker, now, "", "MDPW01", "\1", service);
    }

    private void request(String client, String service, String id, String body, long now) {
        in(client, now, "", "MDPC01", service, id, body);
    }

    private void reply(String worker, String client, String id, String body, long now) {
        in(worker, now, "", "MDPW01", "\3", client, "", id, body);
    }

    private void in(String sender, String... frames) {
        in(sender, 0, frames);
    }

    private void in(String sender, long now, String... frames) {
        List<byte[]> all = new ArrayList<>(bytes(sender));
        all.addAll(bytes(frames));
        book.onMessage(all, now);
    }

    private static List<byte[]> bytes(String... frames) {
        List<byte[]> all = new ArrayList<>();
        for (String frame : frames) {
            all.add(frame.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        return all;
    }
}
