package io.xy.gateway.shared.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.HealthQuery;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthSnapshot;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.LateReply;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.message.SlowConnections;
import io.xy.gateway.shared.message.SlowQuery;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamMessage;
import io.xy.gateway.shared.message.StreamRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C1")
class CodecsTest {
    private static final Deadline PAST = new Deadline(System.nanoTime() - 1);

    private static final List<Object> SAMPLES = List.of(
            new RouteCall("r-1", "POST", "/a?b=1", Payload.utf8("{}"), "tok", "127.0.0.1", "key", PAST),
            new ServiceCall("r-2", "account_service", "get", Payload.utf8("[[],{}]"), Effect.ONCE, "t1", "", PAST),
            new CallReply(
                    504, Payload.utf8("万"), GatewayError.TIMEOUT.unknown("late").after(250)),
            new LateReply("r-3", "s", "k", CallReply.ok(Payload.utf8("1"))),
            new StreamMessage("xy.md.tick.demo", Payload.utf8("{\"p\":1}")),
            new Ack(GatewayError.UPSTREAM_DOWN.notExecuted("no server")),
            new Interest("n1", "n1/ws-0", 7, List.of("xy.md.>", "xy.acct.a.*"), 6_000),
            new InterestAck("n2", "e1", true),
            new StreamBatch(
                    "nats",
                    "n2",
                    9,
                    List.of(
                            StreamRecord.value("xy.md.a", "e1", 41, 1_700_000_000_000L, Payload.utf8("5")),
                            StreamRecord.gap("xy.md.a", "e1", 42, 44, "slow", 1_700_000_000_001L),
                            StreamRecord.stale("upstream", 3),
                            StreamRecord.live(4))),
            new Credit(9),
            new HistoryQuery(List.of("xy.md.>", "xy.acct.a.*"), "js:S@k3", 41, 100, 7),
            new History(List.of(new History.Past(
                    "xy.md.a",
                    "nats",
                    true,
                    false,
                    List.of(
                            StreamRecord.gap("xy.md.a", "js:S@k3", 42, 44, "history", 1_700_000_000_001L),
                            StreamRecord.value("xy.md.a", "js:S@k3", 45, 1_700_000_000_002L, Payload.utf8("6")))))),
            new SlowQuery(20),
            new SlowConnections(List.of(new SlowConnections.Connection("c-1", "t07", 7, 1_000, 1_500, 3))),
            new HealthReport(
                    "n1",
                    Role.WS_FANOUT,
                    1,
                    HealthReport.State.DEGRADED,
                    5,
                    List.of(new HealthReport.Check("nats", false, "refused")),
                    List.of(new HealthReport.Figure("clients", 3))),
            new HealthQuery(HealthQuery.View.HEALTHZ),
            new HealthSnapshot(200, "application/json", Payload.utf8("{\"status\":\"ok\"}")),
            new Control(Control.Kind.REVOKE, "", "session-1"));

    private final Map<Class<?>, WireCodec<Object>> codecs =
            Codecs.entries(true).stream().collect(Collectors.toMap(Codecs.Entry::type, CodecsTest::untyped));

    @Test
    void everyMessageOfTheContractHasASample() {
        assertThat(SAMPLES.stream().map(Object::getClass).toList())
                .containsExactlyInAnyOrderElementsOf(List.copyOf(codecs.keySet()));
    }

    @Test
    void everyMessageKeepsItsGoldenBytes() throws IOException {
        Properties golden = new Properties();
        try (InputStream file = CodecsTest.class.getResourceAsStream("/golden/messages-v1.properties")) {
            golden.load(file);
        }
        Map<String, String> written = SAMPLES.stream()
                .collect(Collectors.toMap(sample -> sample.getClass().getSimpleName(), this::hex));
        assertThat(written)
                .isEqualTo(
                        golden.entrySet().stream().collect(Collectors.toMap(entry -> (String) entry.getKey(), entry ->
                                (String) entry.getValue())));
    }

    @Test
    void everyMessageReadsBackAsItWasWritten() {
        for (Object sample : SAMPLES) {
            Object back = codec(sample).transform(sample);
            if (sample instanceof RouteCall || sample instanceof ServiceCall) {
                // The deadline is relative to the moment of reading.
                assertThat(hex(back)).isEqualTo(hex(sample));
            } else {
                assertThat(back).isEqualTo(sample);
            }
        }
    }

    @Test
    void anOutsideCodecPassesTheSameReferenceInProcess() {
        Credit credit = new Credit(1);
        for (Codecs.Entry<?> entry : Codecs.entries(false)) {
            if (entry.type() == Credit.class) {
                assertThat(untyped(entry).transform(credit)).isSameAs(credit);
            }
        }
    }

    @Test
    void aMessageCutShortAnywhereIsAFailureValue() {
        for (Object sample : SAMPLES) {
            Buffer whole = wire(sample);
            for (int length = 0; length < whole.length(); length++) {
                Object read = codec(sample).decodeFromWire(0, whole.getBuffer(0, length));
                assertThat(read).isInstanceOf(ReplyException.class);
            }
        }
    }

    @Test
    void damageNeverThrows() {
        Random random = new Random(20_261_120);
        for (int round = 0; round < 20_000; round++) {
            Object sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
            Buffer bytes = wire(sample).copy();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes.setByte(random.nextInt(bytes.length()), (byte) random.nextInt());
            }
            Object read = codec(sample).decodeFromWire(0, bytes);
            assertThat(read).isInstanceOfAny(sample.getClass(), ReplyException.class);
        }
    }

    @Test
    void anUnknownLayoutVersionIsRefusedByName() {
        Buffer bytes = wire(new Credit(1)).setByte(0, (byte) 2);
        assertThat(codec(new Credit(1)).decodeFromWire(0, bytes))
                .isInstanceOfSatisfying(
                        ReplyException.class, e -> assertThat(e.getMessage()).contains("layout version 2"));
    }

    @Test
    void anErrorCodeOfANewerNodeBecomesInternal() {
        Buffer bytes = Buffer.buffer();
        new WireWriter(bytes)
                .bool(true)
                .text("code_of_tomorrow")
                .u8(2)
                .text("d")
                .i64(0);
        assertThat(new WireReader(bytes, 0, bytes.length()).failure())
                .satisfies(failure -> assertThat(failure.error()).isEqualTo(GatewayError.INTERNAL));
    }

    @Test
    void codecNamesAreShortAndUnique() {
        List<String> names = codecs.values().stream().map(WireCodec::name).toList();
        assertThat(names).doesNotHaveDuplicates().allSatisfy(name -> assertThat(name)
                .hasSize(2));
    }

    @Test
    void aSecondRegistrationOnOneVertxIsRefused() {
        Vertx vertx = Vertx.vertx();
        try {
            Codecs.register(vertx, true);
            assertThat(catchThrowable(() -> Codecs.register(vertx, true))).isInstanceOf(IllegalStateException.class);
        } finally {
            vertx.close().await();
        }
    }

    @SuppressWarnings("unchecked")
    private static WireCodec<Object> untyped(Codecs.Entry<?> entry) {
        return (WireCodec<Object>) entry.codec();
    }

    private WireCodec<Object> codec(Object sample) {
        return Objects.requireNonNull(codecs.get(sample.getClass()));
    }

    private Buffer wire(Object sample) {
        Buffer buffer = Buffer.buffer();
        codec(sample).encodeToWire(buffer, sample);
        return buffer;
    }

    private String hex(Object sample) {
        return HexFormat.of().formatHex(wire(sample).getBytes());
    }
}
