package io.xy.gateway.zmqbridge.majordomo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that do everything in any order: no request runs twice, no answer goes astray, nothing grows, nothing breaks. */
@Tag("Z11")
class BrokerFaultsTest {
    private static final int STEPS = 4_000;
    private static final int QUEUE = 3;
    private static final int SERVICES = 5;
    private static final int WORKERS = 4;
    private static final List<String> NAMES = List.of("s", "t", "APP", "mmi.service", "mmi.x", "", "a\r\nb");

    /** What each worker was given and has not answered, and who asked. */
    private final Map<String, List<String>> given = new HashMap<>();

    private final Set<String> sent = new HashSet<>();
    private final Set<String> answered = new HashSet<>();
    private final Set<String> gone = new HashSet<>();
    private final BrokerBook book = new BrokerBook(
            new BrokerSettings(
                    "tcp://127.0.0.1:0",
                    1_000,
                    5_000,
                    35_000,
                    5_000,
                    QUEUE,
                    SERVICES,
                    WORKERS,
                    1_024,
                    Set.of(),
                    BrokerSettings.Dispatch.DESIGNATED),
            this::onOut);
    private long now;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    @Tag("T-Z08")
    @Tag("T-Z09")
    @Tag("T-Z10")
    void whateverPeersDoARequestRunsOnceAndItsAnswerFindsItsCaller(int seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            now += random.nextInt(random.nextInt(20) == 0 ? 3_000 : 50);
            act(random, step);
            BrokerCounts counts = book.counts();
            assertThat(counts.workers()).isLessThanOrEqualTo(WORKERS);
            assertThat(counts.services()).isLessThanOrEqualTo(SERVICES);
            assertThat(counts.waiting()).isLessThanOrEqualTo(QUEUE * SERVICES);
        }
        assertThat(answered).hasSizeGreaterThan(20);
    }

    /** Known brokers count a worker as ready for ever once it was forgotten, and refuse it. */
    @Test
    void aWorkerThatWasForgottenMayComeBackAndServesWhatItSaysThen() {
        in("w0", "", "MDPW01", "\1", "s");
        now = 6_000;
        book.expire(now);
        assertThat(book.counts().workers()).isZero();
        in("w0", "", "MDPW01", "\1", "t");
        request("c0", "s", "id1");
        assertThat(given.get("w0")).isNull();
        request("c0", "t", "id2");
        assertThat(given.get("w0")).containsExactly("c0", "id2");
    }

    /** Known brokers die of it. */
    @Test
    void aWorkerThatLeavesOverItsWorkTakesItAlongAndNobodyElse() {
        in("w0", "", "MDPW01", "\1", "s");
        in("w1", "", "MDPW01", "\1", "s");
        request("c0", "s", "id1");
        request("c0", "s", "id2");
        in("w0", "", "MDPW01", "\5");
        assertThat(given.get("w1")).containsExactly("c0", "id2");
        assertThat(book.counts().lost()).isEqualTo(1);
        in("w0", "", "MDPW01", "\3", "c0", "", "id1", "answer id1");
        assertThat(answered).isEmpty();
        assertThat(book.counts().foreign()).isEqualTo(1);
        in("w0", "", "MDPW01", "\5");
        in("w1", "", "MDPW01", "\3", "c0", "", "id2", "answer id2");
        assertThat(answered).containsExactly("c0 id2");
    }

    /** Each of many workers that come, work and go leaves nothing behind. */
    @Test
    void workersThatComeAndGoLeaveNothing() {
        for (int i = 0; i < 10_000; i++) {
            in("w" + i, "", "MDPW01", "\1", "s" + i % 50);
            request("c0", "s" + i % 50, "id" + i);
            in("w" + i, "", "MDPW01", "\3", "c0", "", "id" + i, "answer id" + i);
            in("w" + i, "", "MDPW01", "\5");
            now += 1;
            book.expire(now);
        }
        assertThat(answered).hasSize(10_000);
        assertThat(book.counts().workers()).isZero();
        assertThat(book.counts().services()).isZero();
        assertThat(book.counts().waiting()).isZero();
    }

    private void act(Random random, int step) {
        String worker = "w" + random.nextInt(6);
        String client = "c" + random.nextInt(3);
        String service = NAMES.get(Math.min(random.nextInt(12), NAMES.size() - 1) % NAMES.size());
        switch (random.nextInt(12)) {
            case 0, 1 -> in(worker, "", "MDPW01", "\1", service);
            case 2, 3, 4 -> request(client, random.nextBoolean() ? "s" : service, "id" + step);
            case 5, 6, 7 ->
                answer(worker, given.getOrDefault(worker, List.of(client, "id" + random.nextInt(step + 1))));
            case 8 -> in(worker, "", "MDPW01", "\4");
            case 9 -> leaveOrComeBack(random, worker);
            case 10 -> {
                book.beat(now);
                book.expire(now);
            }
            default -> in(random.nextBoolean() ? worker : client, noise(random));
        }
    }

    private void answer(String worker, List<String> to) {
        in(worker, "", "MDPW01", "\3", to.get(0), "", to.get(1), "answer " + to.get(1));
        // Once more: the second is nobody's.
        in(worker, "", "MDPW01", "\3", to.get(0), "", to.get(1), "answer " + to.get(1));
    }

    private void leaveOrComeBack(Random random, String worker) {
        if (random.nextInt(3) == 0) {
            in(worker, "", "MDPW01", "\5");
        } else if (!gone.remove(worker) && random.nextInt(4) == 0) {
            gone.add(worker);
        }
    }

    private static String[] noise(Random random) {
        List<String> words =
                List.of("", "MDPC01", "MDPW01", "MDPC02", "\1", "\2", "\3", "\4x", "s", "c0", "mmi.service");
        String[] frames = new String[random.nextInt(9)];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = i == 0 && random.nextInt(4) > 0 ? "" : words.get(random.nextInt(words.size()));
        }
        // Its requests would have no id that is theirs alone.
        return frames.length > 4 && "MDPC01".equals(frames[1]) ? new String[] {"", "MDPC01"} : frames;
    }

    private void request(String client, String service, String id) {
        in(client, "", "MDPC01", service, id, "work " + id);
    }

    private void in(String sender, String... frames) {
        List<byte[]> all = new ArrayList<>();
        all.add(bytes(sender));
        for (String frame : frames) {
            all.add(bytes(frame));
        }
        List<String> before = given.get(sender);
        boolean leaves = frames.length == 3 && frames[1].equals("MDPW01") && frames[2].equals("\5");
        if (leaves) {
            given.remove(sender);
        }
        boolean answers = before != null
                && frames.length == 6 + 1
                && frames[2].equals("\3")
                && List.of(frames[3], frames[5]).equals(before);
        if (answers) {
            given.remove(sender);
        }
        book.onMessage(all, now);
    }

    private boolean onOut(Identity to, List<byte[]> frames) {
        String peer = new String(to.bytes(), StandardCharsets.ISO_8859_1);
        if (gone.contains(peer)) {
            given.remove(peer);
            return false;
        }
        List<String> texts = frames.stream()
                .map(frame -> new String(frame, StandardCharsets.ISO_8859_1))
                .toList();
        if (texts.get(1).equals("MDPC01")) {
            onAnswer(peer, texts);
        } else if (texts.get(2).equals("\2")) {
            String id = texts.get(5);
            assertThat(given).as("one at a time").doesNotContainKey(peer);
            assertThat(sent.add(id)).as("never sent twice: %s", id).isTrue();
            assertThat(texts.get(6)).isEqualTo("work " + id);
            given.put(peer, List.of(texts.get(3), id));
        } else if (texts.get(2).equals("\5")) {
            given.remove(peer);
        }
        return true;
    }

    private void onAnswer(String client, List<String> texts) {
        if (texts.get(2).startsWith("mmi.")) {
            return;
        }
        assertThat(answered.add(client + ' ' + texts.get(3))).as("one answer").isTrue();
        assertThat(texts.get(4)).isEqualTo("answer " + texts.get(3));
        assertThat(sent).contains(texts.get(3));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
