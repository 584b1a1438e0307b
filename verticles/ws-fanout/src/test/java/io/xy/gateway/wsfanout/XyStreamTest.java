package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("N12")
class XyStreamTest {
    private static final String SUBJECT = "xy.md.tick.SHFE.rb2510";
    private static final String OTHER = "xy.md.tick.SHFE.hc2510";

    private final Gateway gateway = Gateway.start("WS_RING", "4", "WS_SEND_QUEUE_MAX", "50");

    @AfterEach
    void close() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({"2000,0,2000", "5,0,100", "150,30,150", "1,10,200", "86400000,1,86400000"})
    void theAgeThatWaitingValuesMayHaveIsGranted(long asked, long rate, long granted) {
        XyTestClient client = gateway.trader();
        client.subscribe(1, SUBJECT, "maxAge", asked, "rate", rate);
        assertThat(client.await("ok", record -> record.getJsonObject(2).containsKey("sub"))
                        .getJsonObject(2)
                        .getLong("maxAge"))
                .isEqualTo(granted);
        client.send(new JsonObject()
                .put("op", "sub")
                .put("id", 7)
                .put("sub", 7)
                .put("s", SUBJECT)
                .put("maxAge", -asked));
        assertThat(client.await("err").getJsonObject(2).getString("msg")).contains("maxAge");
    }

    @Test
    @Tag("N2")
    void aSubscriberGetsTheFirstValueAsAnImageAndThenUpdates() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(10, "xy.md.tick.>");
        assertThat(trader.await("e")).isEqualTo(new JsonArray("[\"e\",10,{\"n\":0}]"));
        source.awaitInterest("xy.md.tick.>");
        source.value(SUBJECT, "e7", 5, "{\"p\":3512.50}");
        trader.await("s");
        source.value(SUBJECT, "e7", 6, "{\"p\":3513}");
        trader.await("d", record -> record.getLong(2) == 6);
        assertThat(trader.frames().get(trader.frames().size() - 2))
                .isEqualTo("[[\"b\",1,\"" + SUBJECT + "\",\"e7\",{\"o\":\"node\",\"q\":\"step\"}],"
                        + "[\"s\",1,5,1700000000005,{\"p\":3512.50}]]");
        assertThat(trader.frames().get(trader.frames().size() - 1))
                .isEqualTo("[[\"d\",1,6,1700000000006,{\"p\":3513}]]");
    }

    @Test
    void aLaterSubscriberGetsTheLastValueAtOnceAndTheEndOfTheState() {
        FakeSource source = sourceWith(SUBJECT);
        source.value(SUBJECT, "e7", 5, "1");
        source.value(OTHER, "e7", 9, "2");
        XyTestClient late = gateway.trader();
        late.subscribe(3, "xy.md.tick.SHFE.*");
        assertThat(late.await("ok", r -> r.getLong(1) == 3).getJsonObject(2))
                .isEqualTo(new JsonObject("{\"sub\":3,\"mode\":\"latest\",\"rate\":0,\"tick\":0,\"resume\":true}"));
        assertThat(late.all("s")).extracting(r -> r.getLong(2)).containsExactlyInAnyOrder(5L, 9L);
        assertThat(late.await("e").getJsonObject(2).getInteger("n")).isEqualTo(2);
    }

    @Test
    void overlappingPatternsDeliverOnce() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, "xy.md.>", "mode", "all");
        trader.subscribe(2, SUBJECT, "mode", "all");
        trader.subscribe(3, "xy.md.*.SHFE.*", "mode", "all");
        source.awaitInterest("xy.md.>");
        assertThat(source.patterns()).containsExactly("xy.md.>");
        source.value(SUBJECT, "e7", 1, "1");
        source.value(SUBJECT, "e7", 2, "2");
        source.value(OTHER, "e7", 1, "9");
        trader.await("s", r -> r.getInteger(4) == 9);
        assertThat(trader.all("d")).hasSize(1);
        assertThat(trader.all("s")).hasSize(2);
    }

    @Test
    void allModeDeliversEachValueOfABatchAndLatestOnlyTheNewest() {
        FakeSource source = gateway.source();
        XyTestClient every = gateway.trader();
        XyTestClient newest = gateway.trader();
        every.subscribe(1, SUBJECT, "mode", "all");
        newest.subscribe(1, SUBJECT, "mode", "latest");
        source.awaitInterest(SUBJECT);
        source.send(value(1), value(2), value(3));
        every.await("d", r -> r.getLong(2) == 3);
        newest.await("s");
        assertThat(every.all("s")).extracting(r -> r.getLong(2)).containsExactly(1L);
        assertThat(every.all("d")).extracting(r -> r.getLong(2)).containsExactly(2L, 3L);
        assertThat(newest.all("s")).extracting(r -> r.getLong(2)).containsExactly(3L);
        assertThat(newest.all("d")).isEmpty();
    }

    @Test
    void anOverflowInAllModeIsNamedAsAGapBeforeTheNextValue() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, SUBJECT, "mode", "all");
        source.awaitInterest(SUBJECT);
        StreamRecord[] burst = new StreamRecord[60];
        for (int i = 0; i < burst.length; i++) {
            burst[i] = value(i + 1);
        }
        source.send(burst);
        trader.await("d", r -> r.getLong(2) == 60);
        assertThat(trader.await("g")).isEqualTo(new JsonArray("[\"g\",1,51,59,\"slow\"]"));
        assertThat(gateway.config().ws().queueMessages()).isEqualTo(50);
        Await.until("the drop is counted", () -> gateway.figure("dropped") == 9);
    }

    @Test
    void whatASourceLostIsAGapInBothModes() {
        FakeSource source = gateway.source();
        XyTestClient every = gateway.trader();
        XyTestClient newest = gateway.trader();
        every.subscribe(1, SUBJECT, "mode", "all");
        newest.subscribe(1, SUBJECT, "mode", "latest");
        source.awaitInterest(SUBJECT);
        source.send(value(1));
        newest.await("s");
        source.send(StreamRecord.gap(SUBJECT, "e7", 2, 4, "upstream", 0), value(5));
        every.await("d", r -> r.getLong(2) == 5);
        newest.await("d", r -> r.getLong(2) == 5);
        assertThat(every.all("g")).containsExactly(new JsonArray("[\"g\",1,2,4,\"upstream\"]"));
        assertThat(newest.all("g")).containsExactly(new JsonArray("[\"g\",1,2,4,\"upstream\"]"));
    }

    @Test
    void aHoleInTheBatchesMakesAJumpALoss() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, SUBJECT, "mode", "all");
        source.awaitInterest(SUBJECT);
        source.send(1, value(1));
        source.send(3, value(4));
        trader.await("d", r -> r.getLong(2) == 4);
        assertThat(trader.all("g")).containsExactly(new JsonArray("[\"g\",1,2,3,\"upstream\"]"));
    }

    @Test
    void sequencesThatJumpWithoutLossAreLinked() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, SUBJECT, "mode", "all");
        source.awaitInterest(SUBJECT);
        source.send(value(10));
        source.send(value(17));
        source.send(value(29));
        JsonArray linked = trader.await("d", r -> r.getLong(2) == 29);
        assertThat(linked.getLong(5)).isEqualTo(17);
        assertThat(trader.all("g")).isEmpty();
        assertThat(trader.all("b").get(1).getJsonObject(4).getString("q")).isEqualTo("link");
    }

    @Test
    void anotherEpochBindsAnewAndBeginsWithAnImage() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, SUBJECT);
        source.awaitInterest(SUBJECT);
        source.value(SUBJECT, "e7", 5, "1");
        trader.await("s");
        source.value(SUBJECT, "e8", 1, "2");
        trader.await("s", r -> r.getLong(2) == 1);
        assertThat(trader.all("b")).extracting(r -> r.getString(3)).containsExactly("e7", "e8");
        assertThat(trader.all("b")).extracting(r -> r.getInteger(1)).containsOnly(1);
    }

    @Test
    void repeatedAndOldSequencesAreNotDelivered() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, SUBJECT, "mode", "all");
        source.awaitInterest(SUBJECT);
        source.send(value(5), value(6), value(5), value(6), value(4), value(7));
        trader.await("d", r -> r.getLong(2) == 7);
        assertThat(trader.all("d")).extracting(r -> r.getLong(2)).containsExactly(6L, 7L);
    }

    @Test
    void allModeResumesExactlyWhereTheClientStopped() {
        FakeSource source = sourceWith(SUBJECT);
        source.send(value(1), value(2), value(3), value(4));
        XyTestClient back = gateway.trader();
        back.subscribe(2, SUBJECT, "mode", "all", "since", since("e7", 2));
        assertThat(back.all("d")).extracting(r -> r.getLong(2)).containsExactly(3L, 4L);
        assertThat(back.all("s")).isEmpty();
        assertThat(back.await("e").getJsonObject(2)).isEqualTo(new JsonObject("{\"n\":1,\"recovered\":1,\"lost\":0}"));
    }

    @Test
    void aResumeBeyondTheRingNamesWhatIsGone() {
        FakeSource source = sourceWith(SUBJECT);
        source.send(value(1), value(2), value(3), value(4), value(5), value(6), value(7));
        XyTestClient back = gateway.trader();
        back.subscribe(2, SUBJECT, "mode", "all", "since", since("e7", 1));
        assertThat(back.all("g")).containsExactly(new JsonArray("[\"g\",1,2,3,\"history\"]"));
        assertThat(back.all("d")).extracting(r -> r.getLong(2)).containsExactly(4L, 5L, 6L, 7L);
        assertThat(back.await("e").getJsonObject(2).getInteger("lost")).isEqualTo(1);
    }

    @Test
    void aResumeOfAnotherEpochGetsAnImage() {
        FakeSource source = sourceWith(SUBJECT);
        source.send(value(1), value(2));
        XyTestClient back = gateway.trader();
        back.subscribe(2, SUBJECT, "mode", "all", "since", since("e6", 1));
        assertThat(back.all("s")).extracting(r -> r.getLong(2)).containsExactly(2L);
        assertThat(back.await("e").getJsonObject(2).getInteger("lost")).isEqualTo(1);
    }

    @Test
    void latestModeResumesWithoutAnImageWhenNothingWasMissed() {
        FakeSource source = sourceWith(SUBJECT);
        source.send(value(1), value(2));
        XyTestClient back = gateway.trader();
        back.subscribe(2, SUBJECT, "since", since("e7", 2));
        assertThat(back.all("s")).isEmpty();
        assertThat(back.all("b")).hasSize(1);
        XyTestClient behind = gateway.trader();
        behind.subscribe(2, SUBJECT, "since", since("e7", 1));
        assertThat(behind.all("s")).extracting(r -> r.getLong(2)).containsExactly(2L);
        assertThat(behind.await("e").getJsonObject(2).getInteger("recovered")).isEqualTo(1);
    }

    @Test
    void historyGivesTheLastValuesInOrder() {
        FakeSource source = sourceWith(SUBJECT);
        source.send(value(1), value(2), value(3), value(4));
        XyTestClient trader = gateway.trader();
        trader.subscribe(2, SUBJECT, "mode", "all", "hist", 3);
        assertThat(trader.all("s")).extracting(r -> r.getLong(2)).containsExactly(2L);
        assertThat(trader.all("d")).extracting(r -> r.getLong(2)).containsExactly(3L, 4L);
    }

    @Test
    void aReadGivesTheImageAndNoUpdates() {
        FakeSource source = sourceWith(SUBJECT);
        source.send(value(1));
        XyTestClient reader = gateway.trader();
        reader.subscribe(2, SUBJECT, "snap", "only");
        assertThat(reader.all("s")).hasSize(1);
        assertThat(reader.all("z")).containsExactly(new JsonArray("[\"z\",1]"));
        source.send(value(2));
        XyTestClient witness = gateway.trader();
        witness.subscribe(5, SUBJECT);
        assertThat(reader.all("d")).isEmpty();
    }

    @Test
    void withoutAnImageTheFirstWordIsTheNextValue() {
        FakeSource source = sourceWith(SUBJECT);
        source.send(value(1));
        XyTestClient trader = gateway.trader();
        trader.subscribe(2, SUBJECT, "snap", false);
        assertThat(trader.all("s")).isEmpty();
        source.send(value(2));
        trader.await("s", r -> r.getLong(2) == 2);
    }

    @Test
    void aRateIsQuantisedGrantedAndChangedLive() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, SUBJECT, "rate", 25);
        assertThat(trader.await("ok", r -> r.getJsonObject(2).containsKey("tick"))
                        .getJsonObject(2)
                        .getInteger("rate"))
                .isEqualTo(10);
        source.awaitInterest(SUBJECT);
        source.send(value(1));
        trader.await("s");
        for (int i = 2; i <= 30; i++) {
            source.send(value(i));
        }
        trader.await("d", r -> r.getLong(2) == 30);
        assertThat(trader.all("d")).hasSizeLessThan(29);
        trader.send(new JsonObject("{\"op\":\"upd\",\"id\":7,\"sub\":1,\"mode\":\"all\"}"));
        assertThat(trader.await("ok", r -> r.getLong(1) == 7).getJsonObject(2).getString("mode"))
                .isEqualTo("all");
        source.send(value(31), value(32), value(33));
        trader.await("d", r -> r.getLong(2) == 33);
        assertThat(trader.all("d")).extracting(r -> r.getLong(2)).contains(31L, 32L, 33L);
        trader.send(new JsonObject("{\"op\":\"upd\",\"id\":8,\"sub\":1,\"mode\":\"latest\",\"rate\":0}"));
        trader.await("ok", r -> r.getLong(1) == 8);
        source.send(value(34), value(35));
        trader.await("d", r -> r.getLong(2) == 35);
        assertThat(trader.find("d", r -> r.getLong(2) == 34)).isNull();
    }

    @Test
    void theOkOfUnsubscribeIsTheLastWord() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, SUBJECT, "mode", "all");
        source.awaitInterest(SUBJECT);
        source.send(value(1));
        trader.await("s");
        trader.send(new JsonObject("{\"op\":\"unsub\",\"id\":9,\"sub\":1}"));
        trader.await("ok", r -> r.getLong(1) == 9);
        source.send(value(2));
        trader.subscribe(2, "xy.md.other");
        List<JsonArray> records = trader.records();
        int end = records.indexOf(trader.find("ok", r -> r.getLong(1) == 9));
        assertThat(records.get(end - 1)).isEqualTo(new JsonArray("[\"z\",1]"));
        assertThat(records.subList(end, records.size()))
                .noneMatch(r -> r.getString(0).equals("d"));
    }

    @Test
    void aLostImageIsSentAgain() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, SUBJECT);
        source.awaitInterest(SUBJECT);
        source.send(value(1));
        trader.await("s");
        trader.send(new JsonObject("{\"op\":\"resync\",\"id\":4,\"ch\":[1,99,\"x\"]}"));
        trader.await("ok", r -> r.getLong(1) == 4);
        Await.until("a second image", () -> trader.all("s").size() == 2);
    }

    @Test
    void whatIsNotJsonIsWrapped() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, "xy.md.>");
        source.awaitInterest("xy.md.>");
        source.send(StreamRecord.value(SUBJECT, "e", 1, 0, Payload.of(new byte[] {(byte) 0xff, 0})));
        source.send(StreamRecord.value(OTHER, "e", 1, 0, Payload.utf8("{\"a\":1}],[\"x\"")));
        trader.await("s", r -> r.getInteger(1) == 2);
        assertThat(trader.all("s").get(0).getJsonObject(4).getString("$b64")).isEqualTo("/wA=");
        assertThat(trader.all("s").get(1).getJsonObject(4).getString("$b64")).isNotEmpty();
    }

    @Test
    @Tag("N11")
    void manyClientsAreOneInterestAndOneEncoding() {
        FakeSource source = gateway.source();
        List<XyTestClient> traders = List.of(gateway.trader(), gateway.trader(), gateway.trader(), gateway.trader());
        traders.forEach(trader -> trader.subscribe(1, SUBJECT));
        source.awaitInterest(SUBJECT);
        assertThat(source.patterns()).containsExactly(SUBJECT);
        source.send(value(1));
        source.send(value(2));
        traders.forEach(trader -> trader.await("d", r -> r.getLong(2) == 2));
        Await.until("both values were encoded once", () -> gateway.figure("forwarded") == 8);
        assertThat(gateway.figure("encodes")).isEqualTo(1);
        assertThat(gateway.figure("clients")).isEqualTo(4);
        assertThat(gateway.figure("subscriptions")).isEqualTo(4);
        traders.forEach(XyTestClient::close);
        Await.until("all are gone", () -> gateway.figure("clients") == 0);
    }

    private FakeSource sourceWith(String subject) {
        FakeSource source = gateway.source();
        gateway.trader().subscribe(1, "xy.md.>");
        source.awaitInterest("xy.md.>");
        assertThat(subject).startsWith("xy.md.");
        return source;
    }

    private static JsonObject since(String epoch, long sequence) {
        return new JsonObject().put(SUBJECT, new JsonArray().add(epoch).add(sequence));
    }

    private static StreamRecord value(long sequence) {
        return StreamRecord.value(
                SUBJECT, "e7", sequence, 1_700_000_000_000L, Payload.utf8("{\"n\":" + sequence + "}"));
    }
}
