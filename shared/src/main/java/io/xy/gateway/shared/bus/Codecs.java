package io.xy.gateway.shared.bus;

import io.vertx.core.Vertx;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.HealthQuery;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthSnapshot;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.LateReply;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.message.SlowConnections;
import io.xy.gateway.shared.message.SlowQuery;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamMessage;
import io.xy.gateway.shared.message.StreamRecord;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The wire form of every bus message. Codec names are short because they travel as text in each message, and they are
 * part of the promise between nodes of different versions.
 */
public final class Codecs {
    private Codecs() {}

    /**
     * Registers all codecs; once per {@code Vertx}, before any verticle starts.
     *
     * @param strict encode and decode even in process, so that wire mistakes show in a test on one JVM
     */
    public static void register(Vertx vertx, boolean strict) {
        for (Entry<?> entry : entries(strict)) {
            entry.register(vertx);
        }
    }

    /** One message class and its wire form. */
    record Entry<M>(Class<M> type, WireCodec<M> codec) {
        void register(Vertx vertx) {
            vertx.eventBus().registerDefaultCodec(type, codec);
        }
    }

    static List<Entry<?>> entries(boolean strict) {
        return List.of(
                entry(strict, RouteCall.class, "rc", Codecs::writeRouteCall, Codecs::readRouteCall),
                entry(strict, ServiceCall.class, "sc", Codecs::writeServiceCall, Codecs::readServiceCall),
                entry(strict, CallReply.class, "cr", Codecs::writeCallReply, Codecs::readCallReply),
                entry(strict, LateReply.class, "lr", Codecs::writeLateReply, Codecs::readLateReply),
                entry(strict, StreamMessage.class, "sm", Codecs::writeMessage, Codecs::readMessage),
                entry(strict, Ack.class, "ak", (w, m) -> w.failure(m.failure()), r -> new Ack(r.failure())),
                entry(strict, Interest.class, "in", Codecs::writeInterest, Codecs::readInterest),
                entry(strict, InterestAck.class, "ia", Codecs::writeInterestAck, Codecs::readInterestAck),
                entry(strict, StreamBatch.class, "sb", Codecs::writeBatch, Codecs::readBatch),
                entry(strict, Credit.class, "cd", (w, m) -> w.i64(m.number()), r -> new Credit(r.i64())),
                entry(strict, HistoryQuery.class, "hi", Codecs::writeHistoryQuery, Codecs::readHistoryQuery),
                entry(strict, History.class, "ho", Codecs::writeHistory, Codecs::readHistory),
                entry(strict, SlowQuery.class, "sq", (w, m) -> w.i32(m.most()), r -> new SlowQuery(r.i32())),
                entry(strict, SlowConnections.class, "sl", Codecs::writeSlow, Codecs::readSlow),
                entry(strict, HealthReport.class, "hr", Codecs::writeReport, Codecs::readReport),
                entry(strict, HealthQuery.class, "hq", (w, m) -> w.word(m.view()), Codecs::readQuery),
                entry(strict, HealthSnapshot.class, "hs", Codecs::writeSnapshot, Codecs::readSnapshot),
                entry(strict, Control.class, "ct", Codecs::writeControl, Codecs::readControl));
    }

    private static <M> Entry<M> entry(
            boolean strict,
            Class<M> type,
            String name,
            BiConsumer<WireWriter, M> writer,
            Function<WireReader, M> reader) {
        return new Entry<>(type, new WireCodec<>(name, writer, reader, strict));
    }

    private static void writeMessage(WireWriter w, StreamMessage m) {
        w.text(m.subject()).payload(m.payload());
    }

    private static StreamMessage readMessage(WireReader r) {
        return new StreamMessage(r.text(), r.payload());
    }

    private static void writeInterestAck(WireWriter w, InterestAck m) {
        w.text(m.node()).text(m.epoch()).bool(m.connected());
    }

    private static InterestAck readInterestAck(WireReader r) {
        return new InterestAck(r.text(), r.text(), r.bool());
    }

    private static HealthQuery readQuery(WireReader r) {
        return new HealthQuery(r.word(HealthQuery.View.values()));
    }

    private static void writeSnapshot(WireWriter w, HealthSnapshot m) {
        w.i32(m.status()).text(m.contentType()).payload(m.body());
    }

    private static HealthSnapshot readSnapshot(WireReader r) {
        return new HealthSnapshot(r.i32(), r.text(), r.payload());
    }

    private static void writeControl(WireWriter w, Control m) {
        w.word(m.kind()).text(m.node()).text(m.argument());
    }

    private static Control readControl(WireReader r) {
        return new Control(r.word(Control.Kind.values()), r.text(), r.text());
    }

    private static void writeRouteCall(WireWriter w, RouteCall m) {
        w.text(m.requestId())
                .text(m.method())
                .text(m.target())
                .payload(m.body())
                .text(m.credential())
                .text(m.peer())
                .text(m.idempotencyKey())
                .deadline(m.deadline());
    }

    private static RouteCall readRouteCall(WireReader r) {
        return new RouteCall(r.text(), r.text(), r.text(), r.payload(), r.text(), r.text(), r.text(), r.deadline());
    }

    private static void writeServiceCall(WireWriter w, ServiceCall m) {
        w.text(m.requestId())
                .text(m.service())
                .text(m.method())
                .payload(m.body())
                .word(m.effect())
                .text(m.principal())
                .text(m.idempotencyKey())
                .deadline(m.deadline());
    }

    private static ServiceCall readServiceCall(WireReader r) {
        return new ServiceCall(
                r.text(), r.text(), r.text(), r.payload(), r.word(Effect.values()), r.text(), r.text(), r.deadline());
    }

    private static void writeCallReply(WireWriter w, CallReply m) {
        w.i32(m.status()).payload(m.body()).failure(m.failure());
    }

    private static CallReply readCallReply(WireReader r) {
        return new CallReply(r.i32(), r.payload(), r.failure());
    }

    private static void writeLateReply(WireWriter w, LateReply m) {
        w.text(m.requestId()).text(m.service()).text(m.idempotencyKey());
        writeCallReply(w, m.reply());
    }

    private static LateReply readLateReply(WireReader r) {
        return new LateReply(r.text(), r.text(), r.text(), readCallReply(r));
    }

    private static void writeInterest(WireWriter w, Interest m) {
        w.text(m.node())
                .text(m.consumer())
                .i64(m.revision())
                .list(m.patterns(), WireWriter::text)
                .i32(m.leaseMillis());
    }

    private static Interest readInterest(WireReader r) {
        return new Interest(r.text(), r.text(), r.i64(), r.list(WireReader::text), r.i32());
    }

    private static void writeBatch(WireWriter w, StreamBatch m) {
        w.text(m.source()).text(m.node()).i64(m.number()).list(m.records(), Codecs::writeRecord);
    }

    private static StreamBatch readBatch(WireReader r) {
        return new StreamBatch(r.text(), r.text(), r.i64(), r.list(Codecs::readRecord));
    }

    private static void writeRecord(WireWriter w, StreamRecord m) {
        w.word(m.kind())
                .text(m.subject())
                .text(m.epoch())
                .i64(m.sequence())
                .i64(m.from())
                .i64(m.timestamp())
                .text(m.reason())
                .payload(m.payload());
    }

    private static StreamRecord readRecord(WireReader r) {
        return new StreamRecord(
                r.word(StreamRecord.Kind.values()),
                r.text(),
                r.text(),
                r.i64(),
                r.i64(),
                r.i64(),
                r.text(),
                r.payload());
    }

    private static void writeHistoryQuery(WireWriter w, HistoryQuery m) {
        w.list(m.patterns(), WireWriter::text)
                .text(m.epoch())
                .i64(m.after())
                .i32(m.subjects())
                .i32(m.values());
    }

    private static HistoryQuery readHistoryQuery(WireReader r) {
        return new HistoryQuery(r.list(WireReader::text), r.text(), r.i64(), r.i32(), r.i32());
    }

    private static void writeHistory(WireWriter w, History m) {
        w.list(m.subjects(), (o, past) -> o.text(past.subject())
                .text(past.source())
                .bool(past.live())
                .bool(past.complete())
                .list(past.records(), Codecs::writeRecord));
    }

    private static History readHistory(WireReader r) {
        return new History(
                r.list(i -> new History.Past(i.text(), i.text(), i.bool(), i.bool(), i.list(Codecs::readRecord))));
    }

    private static void writeSlow(WireWriter w, SlowConnections m) {
        w.list(m.connections(), (o, c) -> o.text(c.id())
                .text(c.user())
                .i64(c.entries())
                .i64(c.bytes())
                .i64(c.blockedMillis())
                .i32(c.subscriptions()));
    }

    private static SlowConnections readSlow(WireReader r) {
        return new SlowConnections(
                r.list(i -> new SlowConnections.Connection(i.text(), i.text(), i.i64(), i.i64(), i.i64(), i.i32())));
    }

    private static void writeReport(WireWriter w, HealthReport m) {
        w.text(m.node())
                .word(m.role())
                .i32(m.instance())
                .word(m.state())
                .i64(m.startedAt())
                .list(m.checks(), (o, c) -> o.text(c.name()).bool(c.up()).text(c.detail()))
                .list(m.figures(), (o, f) -> o.text(f.name()).i64(f.value()));
    }

    private static HealthReport readReport(WireReader r) {
        return new HealthReport(
                r.text(),
                r.word(Role.values()),
                r.i32(),
                r.word(HealthReport.State.values()),
                r.i64(),
                r.list(i -> new HealthReport.Check(i.text(), i.bool(), i.text())),
                r.list(i -> new HealthReport.Figure(i.text(), i.i64())));
    }
}
