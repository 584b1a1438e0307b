package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client that resumes from a point that the hub no longer has gets what a stream keeps. */
@Tag("N12")
@Tag("N14")
class StoredPastTest {
    private static final String SUBJECT = "xy.md.tick.SHFE.rb2510";
    private static final String EPOCH = "js:PRICES@k3";
    private static final String STREAMS = """
            streams:
              - {subject: xy.md.>, source: nats, mode: all, history: PRICES}
            """;

    private final Gateway gateway = Gateway.startWith(STREAMS, "WS_RING", "2");
    private final List<HistoryQuery> questions = new CopyOnWriteArrayList<>();
    private FakeSource source;

    @BeforeEach
    void begin() {
        source = gateway.source();
        gateway.trader().subscribe(1, SUBJECT, "mode", "all");
        source.awaitInterest(SUBJECT);
        source.send(value(10), value(13), value(17), value(21));
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void whatIsOlderThanTheRingComesFromTheStreamInOneChain() {
        answer(value(10), value(13), value(17), value(21));

        XyTestClient back = gateway.trader();
        back.subscribe(2, SUBJECT, "mode", "all", "since", since(EPOCH, 7));

        assertThat(chain(back)).containsExactly("10<7", "13<10", "17<13", "21<17");
        assertThat(back.all("g")).isEmpty();
        assertThat(back.all("s")).isEmpty();
        assertThat(end(back)).isEqualTo(new JsonObject("{\"n\":1,\"recovered\":1,\"lost\":0}"));
        assertThat(questions).containsExactly(new HistoryQuery(List.of(SUBJECT), EPOCH, 7, 1, 1_000));
    }

    @Test
    void whatTheStreamNoLongerKeepsIsNamedBeforeTheRest() {
        answer(gap(8, 12), value(13), value(17), value(21));

        XyTestClient back = gateway.trader();
        back.subscribe(2, SUBJECT, "mode", "all", "since", since(EPOCH, 7));

        assertThat(back.all("g")).containsExactly(new JsonArray("[\"g\",1,8,12,\"history\"]"));
        assertThat(chain(back)).containsExactly("13<12", "17<13", "21<17");
        assertThat(end(back).getInteger("lost")).isEqualTo(1);
    }

    @Test
    void whenThereIsNoAnswerTheHoleIsNamed() {
        source.past(query -> Future.failedFuture(
                GatewayError.UPSTREAM_DOWN.notExecuted("gone").exception()));

        XyTestClient back = gateway.trader();
        back.subscribe(2, SUBJECT, "mode", "all", "since", since(EPOCH, 10));

        assertThat(back.all("g")).containsExactly(new JsonArray("[\"g\",1,11,13,\"history\"]"));
        assertThat(chain(back)).containsExactly("17<13", "21<17");
        assertThat(end(back).getInteger("lost")).isEqualTo(1);
    }

    @Test
    void whatComesMeanwhileFollowsThePastOnce() {
        Promise<History> slow = Promise.promise();
        source.past(query -> {
            questions.add(query);
            return slow.future();
        });
        XyTestClient back = gateway.trader();
        back.send(sub(2, since(EPOCH, 10)));
        Await.until("the past is asked for", () -> questions.size() == 1);

        source.send(value(30), value(31));
        assertThat(back.all("d")).isEmpty();
        assertThat(back.all("e")).isEmpty();
        slow.complete(history(value(13), value(17), value(21), value(30)));
        back.await("e");
        source.send(value(40));
        back.await("d", record -> record.getLong(2) == 40);

        assertThat(chain(back)).containsExactly("13<10", "17<13", "21<17", "30<21", "31<30", "40<31");
        assertThat(back.all("g")).isEmpty();
    }

    @Test
    void moreThanTheRingHoldsWhileThePastIsLookedForIsNamed() {
        Promise<History> slow = Promise.promise();
        source.past(query -> {
            questions.add(query);
            return slow.future();
        });
        XyTestClient back = gateway.trader();
        back.send(sub(2, since(EPOCH, 10)));
        Await.until("the past is asked for", () -> questions.size() == 1);

        source.send(value(30), value(31), value(32), value(33));
        slow.fail(GatewayError.TIMEOUT.notExecuted("late").exception());
        back.await("e");

        assertThat(back.all("g")).containsExactly(new JsonArray("[\"g\",1,11,31,\"history\"]"));
        assertThat(chain(back)).containsExactly("32<31", "33<32");
    }

    @Test
    void aClientThatWentOnHearsNothingMoreOfIt() {
        Promise<History> slow = Promise.promise();
        source.past(query -> {
            questions.add(query);
            return slow.future();
        });
        XyTestClient back = gateway.trader();
        back.send(sub(2, since(EPOCH, 10)));
        Await.until("the past is asked for", () -> questions.size() == 1);
        back.send(new JsonObject().put("op", "unsub").put("id", 3).put("sub", 2));
        back.await("ok", record -> record.getLong(1) == 3);

        slow.complete(history(value(13)));
        back.subscribe(4, SUBJECT, "mode", "all");

        assertThat(back.all("e")).hasSize(1);
        assertThat(back.all("d")).isEmpty();
    }

    @Test
    void nobodyIsAskedWhenTheRingReachesBack() {
        answer(value(10));
        XyTestClient back = gateway.trader();
        back.subscribe(2, SUBJECT, "mode", "all", "since", since(EPOCH, 13));
        XyTestClient newest = gateway.trader();
        newest.subscribe(2, SUBJECT, "mode", "latest", "since", since(EPOCH, 3));
        XyTestClient stranger = gateway.trader();
        stranger.subscribe(2, SUBJECT, "mode", "all", "since", since("js:PRICES@k2", 3));

        assertThat(chain(back)).containsExactly("17<13", "21<17");
        assertThat(newest.all("s")).extracting(record -> record.getLong(2)).containsExactly(21L);
        assertThat(end(stranger).getInteger("lost")).isEqualTo(1);
        assertThat(questions).isEmpty();
    }

    @Test
    void aLongerHistoryThanTheRingComesFromTheStream() {
        answer(value(10), value(13), value(17), value(21));

        XyTestClient trader = gateway.trader();
        trader.subscribe(2, SUBJECT, "mode", "all", "hist", 3);

        assertThat(trader.all("s")).extracting(record -> record.getLong(2)).containsExactly(13L);
        assertThat(trader.all("d")).extracting(record -> record.getLong(2)).containsExactly(17L, 21L);
        assertThat(questions).containsExactly(new HistoryQuery(List.of(SUBJECT), "", 0, 1, 3));
    }

    @Test
    void manyThatResumeAtOnceAreAllAnswered() {
        answer(value(13), value(17), value(21));
        List<XyTestClient> clients =
                IntStream.range(0, 100).mapToObj(i -> gateway.trader()).toList();
        clients.forEach(client -> client.send(sub(2, since(EPOCH, 10))));
        clients.forEach(client -> client.await("e"));

        assertThat(clients).allSatisfy(client -> assertThat(chain(client)).containsExactly("13<10", "17<13", "21<17"));
    }

    private void answer(StreamRecord... records) {
        source.past(query -> {
            questions.add(query);
            return Future.succeededFuture(history(records));
        });
    }

    private static History history(StreamRecord... records) {
        return new History(List.of(new History.Past(SUBJECT, "nats", true, true, Arrays.asList(records))));
    }

    private static List<String> chain(XyTestClient client) {
        return client.all("d").stream()
                .map(record -> record.getLong(2) + "<" + record.getLong(5))
                .toList();
    }

    private static JsonObject end(XyTestClient client) {
        return client.await("e").getJsonObject(2);
    }

    private static JsonObject sub(long number, JsonObject since) {
        return new JsonObject()
                .put("op", "sub")
                .put("id", number)
                .put("sub", number)
                .put("s", SUBJECT)
                .put("mode", "all")
                .put("since", since);
    }

    private static JsonObject since(String epoch, long sequence) {
        return new JsonObject().put(SUBJECT, new JsonArray().add(epoch).add(sequence));
    }

    private static StreamRecord value(long sequence) {
        return StreamRecord.value(SUBJECT, EPOCH, sequence, 1_700_000_000_000L, Payload.utf8("{\"n\":1}"));
    }

    private static StreamRecord gap(long from, long to) {
        return StreamRecord.gap(SUBJECT, EPOCH, from, to, "history", 1_700_000_000_000L);
    }
}
