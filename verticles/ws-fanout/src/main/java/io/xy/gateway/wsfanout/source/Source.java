package io.xy.gateway.wsfanout.source;

import io.xy.gateway.shared.bus.Address;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.Role;

/** The kinds of sources that there are, how to ask them, and which of their reports says that they have streams. */
enum Source {
    NATS("nats", Role.NATS_BRIDGE, Contract.STREAM_INTEREST_NATS, ""),
    ZMQ("zmq", Role.ZMQ_BRIDGE, Contract.STREAM_INTEREST_ZMQ, "streams"),
    SIMULATOR("simulator", Role.SIMULATOR, Contract.STREAM_INTEREST_SIMULATOR, "direct");

    private final String word;
    private final Role role;
    private final Address<Interest, InterestAck> address;
    private final String figure;

    Source(String word, Role role, Address<Interest, InterestAck> address, String figure) {
        this.word = word;
        this.role = role;
        this.address = address;
        this.figure = figure;
    }

    /** The name in batches. */
    String word() {
        return word;
    }

    Role role() {
        return role;
    }

    Address<Interest, InterestAck> address() {
        return address;
    }

    boolean hasStreams(HealthReport report) {
        return figure.isEmpty() || report.figure(figure) > 0;
    }
}
