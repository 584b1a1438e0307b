package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.Republish;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.NatsServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream keeps fills the holes of an outage and answers for the past. */
@Tag("N14")
class JetStreamResumeTest {
    private static final String STREAMS = """
            streams:
              - {subject: out.md.>, source: nats, mode: all, history: PRICES}
            """;

    @TempDir
    private Path store;

    private NatsServer server;
    private CutLine line;
    private BridgeNode node;
    private Connection peer;
    private FanOut fanOut;

    @BeforeEach
    void start() throws Exception {
        server = NatsServer.start("-js", "-sd", store.toString());
        peer = Nats.connect(server.url());
        line = new CutLine(server.port());
        node = BridgeNode.at(line.url(), STREAMS).connected();
        fanOut = new FanOut(node, BridgeNode.NODE + "/0");
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
        line.close();
        peer.close();
        server.close();
    }

    @Test
    void whatWasMissedInAnOutageComesFromTheStreamBeforeAnythingIsLiveAgain() throws Exception {
        stream(prices());
        fanOut.want("out.md.*");
        put("md.a", "a1");
        put("md.b", "b2");
        fanOut.awaitValues(2);

        line.cut();
        fanOut.awaitKind(Kind.STALE, 1);
        put("md.a", "a3");
        put("md.b", "b4");
        put("md.c", "c5");
        put("md.a", "a6");
        line.mend();
        fanOut.awaitKind(Kind.LIVE, 1);
        put("md.b", "b7");
        fanOut.awaitValues(7);

        assertThat(fanOut.values()).containsExactly("a1", "b2", "a3", "b4", "c5", "a6", "b7");
        assertThat(fanOut.of(Kind.GAP)).isEmpty();
        assertThat(fanOut.of(Kind.VALUE))
                .extracting(StreamRecord::epoch)
                .hasSize(7)
                .containsOnly(epoch());
        assertThat(kindsUpTo("a6")).endsWith(Kind.STALE, Kind.VALUE, Kind.VALUE, Kind.VALUE, Kind.VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverIsPublishedAroundAnOutageArrivesOnceAndInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        stream(prices());
        fanOut.want("out.md.>");
        put("md.a", "v1");
        fanOut.awaitValues(1);
        int count = 1;
        for (int outage = 0; outage < 3; outage++) {
            count = putSome(random, count);
            line.cut();
            fanOut.awaitKind(Kind.STALE, outage + 1);
            count = putSome(random, count);
            line.mend();
            count = putSome(random, count);
            fanOut.awaitKind(Kind.LIVE, outage + 1);
            count = putSome(random, count);
        }
        fanOut.awaitValues(count);

        assertThat(fanOut.of(Kind.VALUE))
                .extracting(StreamRecord::sequence)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, count).mapToObj(Long::valueOf).toList());
        assertThat(fanOut.of(Kind.GAP)).isEmpty();
    }

    @Test
    void whatTheStreamNoLongerKeepsIsNamedAsAGapBeforeTheRest() throws Exception {
        stream(StreamConfiguration.builder(prices()).maxMessages(3).build());
        fanOut.want("out.md.*");
        put("md.a", "a1");
        put("md.b", "b2");
        fanOut.awaitValues(2);

        line.cut();
        fanOut.awaitKind(Kind.STALE, 1);
        for (int i = 3; i <= 9; i++) {
            put("md.a", "a" + i);
        }
        line.mend();
        fanOut.awaitKind(Kind.LIVE, 1);
        fanOut.awaitValues(5);

        assertThat(fanOut.values()).containsExactly("a1", "b2", "a7", "a8", "a9");
        assertThat(fanOut.of(Kind.GAP))
                .extracting(gap -> gap.subject() + ' ' + gap.from() + '-' + gap.sequence() + ' ' + gap.reason())
                .containsExactlyInAnyOrder("out.md.a 2-6 upstream", "out.md.b 3-6 upstream");
    }

    @Test
    void whatAStreamOfLastValuesHasOverwrittenIsNamedAsAGap() throws Exception {
        stream(StreamConfiguration.builder(prices()).maxMessagesPerSubject(1).build());
        fanOut.want("out.md.*");
        put("md.a", "a1");
        put("md.b", "b2");
        fanOut.awaitValues(2);

        line.cut();
        fanOut.awaitKind(Kind.STALE, 1);
        put("md.a", "a3");
        put("md.a", "a4");
        line.mend();
        fanOut.awaitValues(3);

        assertThat(fanOut.values()).containsExactly("a1", "b2", "a4");
        assertThat(fanOut.of(Kind.GAP))
                .extracting(gap -> gap.subject() + ' ' + gap.from() + '-' + gap.sequence())
                .containsExactly("out.md.a 2-3");
    }

    @Test
    void aSubjectBeginsWithItsLastStoredValue() throws Exception {
        stream(prices());
        put("md.a", "a1");
        put("md.b", "b2");
        put("md.a", "a3");

        fanOut.want("out.md.>");
        fanOut.awaitValues(2);
        put("md.a", "a4");
        fanOut.awaitValues(3);

        assertThat(fanOut.values()).containsExactly("b2", "a3", "a4");
        assertThat(fanOut.of(Kind.GAP)).isEmpty();
    }

    @Test
    void aConsumerThatComesLaterBeginsWithTheLastValuesToo() throws Exception {
        stream(prices());
        put("md.a", "a1");
        put("md.b", "b2");
        fanOut.want("out.md.>");
        fanOut.awaitValues(2);
        put("md.a", "a3");
        fanOut.awaitValues(3);

        FanOut second = new FanOut(node, BridgeNode.NODE + "/1");
        second.want("out.md.a", "out.md.b");
        second.awaitValues(2);
        put("md.b", "b4");
        second.awaitValues(3);

        assertThat(second.values()).containsExactlyInAnyOrder("a3", "b2", "b4").endsWith("b4");
        assertThat(fanOut.values()).containsExactly("a1", "b2", "a3", "b4");
    }

    @Test
    void manySingleSubjectsAreJoinedTogether() throws Exception {
        stream(prices());
        String[] subjects =
                IntStream.range(0, 300).mapToObj(i -> "out.md.s" + i).toArray(String[]::new);
        for (int i = 0; i < 300; i++) {
            put("md.s" + i, "first " + i);
        }
        fanOut.want(subjects);
        fanOut.awaitValues(300);

        line.cut();
        fanOut.awaitKind(Kind.STALE, 1);
        put("md.s7", "missed");
        put("md.s7", "missed too");
        line.mend();
        fanOut.awaitKind(Kind.LIVE, 1);

        fanOut.awaitValues(302);
        assertThat(fanOut.values()).endsWith("missed", "missed too").hasSize(302);
        assertThat(fanOut.of(Kind.GAP)).isEmpty();
    }

    @Test
    void aStreamMadeAnewUnderItsOldNameIsAnotherEpoch() throws Exception {
        stream(prices());
        fanOut.want("out.md.*");
        put("md.a", "old");
        fanOut.awaitValues(1);

        line.cut();
        fanOut.awaitKind(Kind.STALE, 1);
        peer.jetStreamManagement().deleteStream("PRICES");
        stream(prices());
        put("md.a", "new 1");
        put("md.a", "new 2");
        line.mend();
        fanOut.awaitValues(2);

        assertThat(fanOut.values()).containsExactly("old", "new 2");
        List<StreamRecord> values = fanOut.of(Kind.VALUE);
        assertThat(values.get(1).epoch()).isNotEqualTo(values.get(0).epoch()).isEqualTo(epoch());
        assertThat(fanOut.of(Kind.GAP)).isEmpty();
    }

    @Test
    void withoutTheConfiguredStreamValuesComeAllTheSame() throws Exception {
        fanOut.want("out.md.*");
        node.publish("out.md.a", "plain");
        fanOut.awaitValues(1);

        assertThat(fanOut.of(Kind.VALUE).get(0).sequence()).isEqualTo(1);
        assertThat(node.history(new HistoryQuery(List.of("out.other"), "", 0, 1, 10)))
                .isEqualTo(History.NONE);
    }

    @Test
    void thePastOfASubjectIsItsNewestValuesOldestFirst() throws Exception {
        stream(prices());
        for (int i = 1; i <= 40; i++) {
            put(i % 10 == 0 ? "md.rare" : "md.a", "v" + i);
        }

        assertThat(past("out.md.rare", "", 0, 2)).containsExactly("30 v30", "40 v40");
        assertThat(past("out.md.rare", "", 0, 100)).containsExactly("10 v10", "20 v20", "30 v30", "40 v40");
        assertThat(past("out.md.a", "", 0, 3)).containsExactly("37 v37", "38 v38", "39 v39");
        assertThat(past("out.md.none", "", 0, 3)).isEmpty();
        assertThat(past("out.md.*", "", 0, 3)).isEmpty();
    }

    @Test
    void thePastSinceAPointIsWholeOrNamesItsHole() throws Exception {
        stream(StreamConfiguration.builder(prices()).maxMessages(30).build());
        for (int i = 1; i <= 40; i++) {
            put(i % 2 == 0 ? "md.a" : "md.b", "v" + i);
        }

        assertThat(past("out.md.a", epoch(), 34, 10)).containsExactly("36 v36", "38 v38", "40 v40");
        assertThat(past("out.md.a", epoch(), 34, 2)).containsExactly("gap 35-37", "38 v38", "40 v40");
        assertThat(past("out.md.a", epoch(), 40, 2)).isEmpty();
        assertThat(past("out.md.a", epoch(), 10, 100)).startsWith("12 v12").hasSize(15);
        assertThat(past("out.md.a", epoch(), 8, 100))
                .startsWith("gap 9-11", "12 v12")
                .hasSize(16);
        assertThat(past("out.md.a", "js:PRICES@other", 34, 10)).isEmpty();
    }

    private List<String> past(String subject, String epoch, long after, int values) {
        return node.history(new HistoryQuery(List.of(subject), epoch, after, 1, values)).subjects().stream()
                .flatMap(past -> past.records().stream())
                .map(record -> record.kind() == Kind.GAP
                        ? "gap " + record.from() + '-' + record.sequence()
                        : record.sequence() + " " + record.payload().text())
                .toList();
    }

    private List<Kind> kindsUpTo(String last) {
        List<StreamRecord> records = List.copyOf(fanOut.records);
        int end = 0;
        while (!records.get(end).payload().text().equals(last)) {
            end++;
        }
        return records.subList(0, end + 1).stream().map(StreamRecord::kind).toList();
    }

    private int putSome(Random random, int count) throws Exception {
        int more = random.nextInt(20);
        for (int i = 1; i <= more; i++) {
            put("md." + (char) ('a' + random.nextInt(4)), "v" + (count + i));
        }
        return count + more;
    }

    private String epoch() throws Exception {
        long created = peer.jetStreamManagement()
                .getStreamInfo("PRICES")
                .getCreateTime()
                .toInstant()
                .toEpochMilli();
        return "js:PRICES@" + Long.toString(created, 36);
    }

    private static StreamConfiguration prices() {
        return StreamConfiguration.builder()
                .name("PRICES")
                .subjects("md.*")
                .storageType(StorageType.File)
                .republish(Republish.builder()
                        .source("md.>")
                        .destination("out.md.>")
                        .build())
                .build();
    }

    private void stream(StreamConfiguration configuration) throws Exception {
        peer.jetStreamManagement().addStream(configuration);
    }

    private void put(String subject, String text) throws Exception {
        peer.jetStream().publish(subject, text.getBytes(StandardCharsets.UTF_8));
    }
}
