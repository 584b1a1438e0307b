package io.xy.gateway.zmqbridge;

import io.xy.gateway.shared.config.ZmqConfig;
import io.xy.gateway.shared.config.ZmqConfig.Correlation;
import io.xy.gateway.zmqbridge.majordomo.BrokerSettings;
import java.util.Map;
import java.util.stream.Collectors;

/** What the configuration means for the broker of this process. */
final class EmbeddedBroker {
    private EmbeddedBroker() {}

    /** An endpoint to connect to: one that listens everywhere is reached on the loopback interface. */
    static String reachable(String bound) {
        return bound.replaceFirst("^tcp://(\\*|0\\.0\\.0\\.0):", "tcp://127.0.0.1:");
    }

    static BrokerSettings settings(ZmqConfig zmq) {
        BrokerSettings desk = BrokerSettings.desk(zmq.bind());
        return new BrokerSettings(
                zmq.bind(),
                desk.heartbeatMillis(),
                desk.expiryMillis(),
                desk.busyExpiryMillis(),
                zmq.timeoutMillis(),
                Math.max(1, zmq.queue()),
                desk.maxServices(),
                desk.maxWorkers(),
                zmq.maxMessageBytes(),
                zmq.services().entrySet().stream()
                        .filter(service -> service.getValue().correlation() == Correlation.LANE)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toUnmodifiableSet()),
                desk.dispatch());
    }
}
