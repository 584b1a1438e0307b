package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N11")
@Tag("N12")
class SourceStateTest {
    private static final String SUBJECT = "xy.md.tick.SHFE.rb2510";
    private static final String STREAMS = """
            streams:
              - subject: xy.md.tick.>
                stale-after: 700ms
              - subject: xy.md.events.>
                mode: all
            """;

    private final Gateway gateway = Gateway.startWith(STREAMS);

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aSourceThatSaysSoMakesItsValuesStaleAndLive() {
        FakeSource source = gateway.source();
        XyTestClient trader = watching(source);
        source.send(StreamRecord.stale("upstream", 17));
        assertThat(trader.await("t")).isEqualTo(new JsonArray("[\"t\",1,\"stale\",\"upstream\",17]"));
        source.send(StreamRecord.live(18));
        trader.await("t", r -> r.getString(2).equals("live"));
    }

    @Test
    void aLateSubscriberIsToldThatTheValueIsStale() {
        FakeSource source = gateway.source();
        watching(source);
        source.send(StreamRecord.stale("upstream", 17));
        XyTestClient late = gateway.trader();
        late.subscribe(1, SUBJECT);
        assertThat(late.all("t")).hasSize(1);
        assertThat(late.all("s")).hasSize(1);
    }

    @Test
    void oneSubjectCanBeStaleAlone() {
        FakeSource source = gateway.source();
        XyTestClient trader = watching(source);
        source.send(new StreamRecord(
                StreamRecord.Kind.STALE, SUBJECT, "", 0, 0, 5, "silent", io.xy.gateway.shared.message.Payload.EMPTY));
        trader.await("t", r -> r.getString(2).equals("stale"));
        source.send(new StreamRecord(
                StreamRecord.Kind.LIVE, SUBJECT, "", 0, 0, 5, "", io.xy.gateway.shared.message.Payload.EMPTY));
        trader.await("t", r -> r.getString(2).equals("live"));
    }

    @Test
    void silenceBeyondTheContractIsStaleAndANewValueIsLive() {
        FakeSource source = gateway.source();
        XyTestClient trader = watching(source);
        trader.await("t", r -> r.getString(2).equals("stale") && r.getString(3).equals("silent"));
        source.value(SUBJECT, "e7", 2, "2");
        trader.await("t", r -> r.getString(2).equals("live"));
    }

    @Test
    void aSourceThatDoesNotAnswerIsStaleUntilItAnswersAgain() {
        FakeSource source = gateway.source();
        XyTestClient trader = watching(source, "xy.md.other.x");
        source.answering(false);
        trader.await("t", r -> r.getString(2).equals("stale"));
        Await.until("the report shows it", () -> !gateway.report().up("source-nats"));
        source.answering(true);
        trader.await("t", r -> r.getString(2).equals("live"));
    }

    @Test
    void aSourceWithoutItsServerIsStale() {
        FakeSource source = gateway.source();
        XyTestClient trader = watching(source, "xy.md.other.x");
        source.connected(false);
        trader.await("t", r -> r.getString(2).equals("stale"));
        source.connected(true);
        trader.await("t", r -> r.getString(2).equals("live"));
    }

    @Test
    void whenTheNodeOfASourceLeavesAnotherOneIsAsked() {
        FakeSource far = FakeSource.start(gateway.vertx(), "node-b");
        XyTestClient trader = watching(far, "xy.md.other.x");
        far.reporting(false);
        gateway.bus().publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "node-b", ""));
        trader.await("t", r -> r.getString(2).equals("stale"));
        FakeSource other = FakeSource.start(gateway.vertx(), "node-c");
        other.awaitInterest("xy.md.>");
        other.value("xy.md.other.x", "e9", 1, "7");
        trader.await("s", r -> r.getInteger(4) == 7);
        trader.await("t", r -> r.getString(2).equals("live"));
    }

    @Test
    void theOwnNodeIsPreferredAndTheOtherIsToldGoodbye() {
        FakeSource far = FakeSource.start(gateway.vertx(), "node-b");
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, "xy.md.>");
        far.awaitInterest("xy.md.>");
        FakeSource own = gateway.source();
        own.awaitInterest("xy.md.>");
        Await.until("the withdrawal is heard", () -> far.patterns().isEmpty());
        far.value(SUBJECT, "e1", 1, "1");
        own.value(SUBJECT, "e2", 5, "2");
        trader.await("s", r -> r.getInteger(4) == 2);
        assertThat(trader.all("b")).extracting(r -> r.getString(3)).containsExactly("e2");
    }

    @Test
    void aSourceThatCallsItselfDegradedIsLeftForOneThatIsWhole() {
        FakeSource own = gateway.source();
        watching(own);
        FakeSource far = FakeSource.start(gateway.vertx(), "node-b");
        own.state(HealthReport.State.DEGRADED);
        far.awaitInterest("xy.md.>");
    }

    @Test
    void interestOutlivesTheLastSubscriberForAWhile() {
        FakeSource source = gateway.source();
        XyTestClient trader = watching(source);
        trader.close();
        Await.until("it is gone", () -> gateway.figure("clients") == 0);
        int heard = source.interests().size();
        Await.until("the lease is renewed", () -> source.interests().size() > heard + 1);
        assertThat(source.patterns()).containsExactly("xy.md.>");
        Await.until("and forgotten in the end", () -> source.patterns().isEmpty());
        Await.until("its subjects too", () -> gateway.figure("subjects") == 0);
    }

    @Test
    void undeploymentWithdrawsTheInterest() {
        FakeSource source = gateway.source();
        watching(source);
        gateway.undeploy();
        Await.until("the withdrawal is heard", () -> source.patterns().isEmpty());
    }

    @Test
    void theCatalogueDecidesTheUsualMode() {
        XyTestClient trader = gateway.trader();
        trader.subscribe(5, "xy.md.events.orders");
        assertThat(trader.await("ok", r -> r.getLong(1) == 5).getJsonObject(2).getString("mode"))
                .isEqualTo("all");
    }

    private XyTestClient watching(FakeSource source) {
        return watching(source, SUBJECT);
    }

    private XyTestClient watching(FakeSource source, String subject) {
        XyTestClient trader = gateway.trader();
        trader.subscribe(1, "xy.md.>");
        source.awaitInterest("xy.md.>");
        source.value(subject, "e7", 1, "1");
        trader.await("s");
        return trader;
    }
}
