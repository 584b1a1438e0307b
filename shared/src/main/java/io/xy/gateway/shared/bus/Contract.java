package io.xy.gateway.shared.bus;

import io.xy.gateway.shared.bus.Address.Pattern;
import io.xy.gateway.shared.bus.Address.Scope;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.HealthQuery;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthSnapshot;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.LateReply;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.message.SlowConnections;
import io.xy.gateway.shared.message.SlowQuery;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamMessage;
import java.util.List;

/** The only list of event-bus addresses. The number of addresses is constant: nothing registers per socket or request. */
public final class Contract {
    public static final Address<RouteCall, CallReply> API_CALL = new Address<>(
            "xy.api.call",
            Pattern.REQUEST,
            "node",
            RouteCall.class,
            CallReply.class,
            "WsFanout",
            "HttpApi",
            Scope.NEAREST,
            "calls in flight per connection",
            "the same pipeline as REST: authentication, limits, breaker, outcome");

    public static final Address<ServiceCall, CallReply> ZMQ_CALL = new Address<>(
            "xy.zmq.call",
            Pattern.REQUEST,
            "node",
            ServiceCall.class,
            CallReply.class,
            "HttpApi",
            "ZmqBridge",
            Scope.NEAREST,
            "calls in flight at the sender and per service at the bridge",
            "one answer or coded failure before the deadline; never repeated by the bus");

    public static final Address<ServiceCall, CallReply> NATS_CALL = new Address<>(
            "xy.nats.call",
            Pattern.REQUEST,
            "node",
            ServiceCall.class,
            CallReply.class,
            "HttpApi",
            "NatsBridge",
            Scope.NEAREST,
            "calls in flight at the sender",
            "one answer or coded failure before the deadline; never repeated by the bus");

    public static final Address<LateReply, Void> OUTCOME_LATE = new Address<>(
            "xy.outcome.late",
            Pattern.PUBLISH,
            "",
            LateReply.class,
            Void.class,
            "ZmqBridge, NatsBridge",
            "HttpApi",
            Scope.CLUSTER,
            "one per call that ran out of time",
            "best effort: an answer after the deadline completes the ledger");

    public static final Address<StreamMessage, Ack> NATS_PUBLISH = new Address<>(
            "xy.nats.publish",
            Pattern.REQUEST,
            "node",
            StreamMessage.class,
            Ack.class,
            "Simulator, HttpApi",
            "NatsBridge",
            Scope.NEAREST,
            "one in flight per subject at the sender",
            "handed to the NATS client, or a failure that says why not");

    public static final Address<Interest, InterestAck> STREAM_INTEREST_NATS =
            interest("xy.stream.interest.nats", "NatsBridge");

    public static final Address<Interest, InterestAck> STREAM_INTEREST_ZMQ =
            interest("xy.stream.interest.zmq", "ZmqBridge");

    public static final Address<Interest, InterestAck> STREAM_INTEREST_SIMULATOR =
            interest("xy.stream.interest.simulator", "Simulator");

    public static final Address<StreamBatch, Credit> STREAM_BATCH = new Address<>(
            "xy.stream.batch",
            Pattern.REQUEST,
            "node and instance",
            StreamBatch.class,
            Credit.class,
            "NatsBridge, ZmqBridge, Simulator",
            "WsFanout",
            Scope.NEAREST,
            "window of batches that are not yet credited",
            "order per subject; numbered, so that a hole is seen; beyond the window the bridge drops and says so");

    public static final Address<HistoryQuery, History> STREAM_HISTORY = new Address<>(
            "xy.stream.history",
            Pattern.REQUEST,
            "node",
            HistoryQuery.class,
            History.class,
            "WsFanout, HttpApi",
            "NatsBridge",
            Scope.NEAREST,
            "requests that wait at the bridge, values and bytes per answer",
            "what JetStream stored, with gaps for what was asked and is gone; answered within 3 s");

    public static final Address<HistoryQuery, History> STREAM_RECENT = new Address<>(
            "xy.stream.recent",
            Pattern.REQUEST,
            "node and instance",
            HistoryQuery.class,
            History.class,
            "HttpApi",
            "WsFanout",
            Scope.NEAREST,
            "subjects, values and bytes per answer",
            "what the instance keeps in memory, answered at once");

    public static final Address<SlowQuery, SlowConnections> STREAM_SLOW = new Address<>(
            "xy.stream.slow",
            Pattern.REQUEST,
            "node and instance",
            SlowQuery.class,
            SlowConnections.class,
            "Health",
            "WsFanout",
            Scope.NEAREST,
            "connections per answer",
            "the connections for which most waits now, answered at once");

    public static final Address<HealthReport, Void> HEALTH_REPORT = new Address<>(
            "xy.health.report",
            Pattern.PUBLISH,
            "",
            HealthReport.class,
            Void.class,
            "every verticle instance",
            "Health and every chooser of a node",
            Scope.CLUSTER,
            "one per instance and second, and on change",
            "silence for 3 s means down");

    public static final Address<HealthQuery, HealthSnapshot> HEALTH_QUERY = new Address<>(
            "xy.health.query",
            Pattern.REQUEST,
            "node",
            HealthQuery.class,
            HealthSnapshot.class,
            "HttpApi",
            "Health",
            Scope.NEAREST,
            "one per HTTP request",
            "answered within 1 s whatever hangs");

    public static final Address<Control, Void> CONTROL = new Address<>(
            "xy.control",
            Pattern.PUBLISH,
            "",
            Control.class,
            Void.class,
            "any",
            "all",
            Scope.CLUSTER,
            "operators and membership changes",
            "idempotent");

    /** Every address, in the order of the documentation. */
    public static final List<Address<?, ?>> ALL = List.of(
            API_CALL,
            ZMQ_CALL,
            NATS_CALL,
            OUTCOME_LATE,
            NATS_PUBLISH,
            STREAM_INTEREST_NATS,
            STREAM_INTEREST_ZMQ,
            STREAM_INTEREST_SIMULATOR,
            STREAM_BATCH,
            STREAM_HISTORY,
            STREAM_RECENT,
            STREAM_SLOW,
            HEALTH_REPORT,
            HEALTH_QUERY,
            CONTROL);

    private Contract() {}

    private static Address<Interest, InterestAck> interest(String name, String receiver) {
        return new Address<>(
                name,
                Pattern.REQUEST,
                "node",
                Interest.class,
                InterestAck.class,
                "WsFanout",
                receiver,
                Scope.NEAREST,
                "one per fan-out instance and renewal",
                "the whole list each time; forgotten when the lease ends");
    }
}
