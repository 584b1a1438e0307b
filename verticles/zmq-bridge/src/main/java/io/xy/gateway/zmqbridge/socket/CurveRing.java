package io.xy.gateway.zmqbridge.socket;

import io.xy.gateway.shared.config.ZmqConfig;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.zeromq.ZMQ;

/**
 * The CURVE keys of this process, Z85 texts.
 *
 * @param publicKey empty for plain text
 * @param servers public keys of brokers by endpoint; an endpoint without one is spoken to in plain text
 * @param clients public keys that are let in; empty for all
 */
public record CurveRing(String publicKey, String secretKey, Map<String, String> servers, Set<String> clients) {
    /** Plain text everywhere. */
    public static final CurveRing NONE = new CurveRing("", "", Map.of(), Set.of());

    public CurveRing {
        servers = Map.copyOf(servers);
        clients = Set.copyOf(clients);
    }

    /** The keys for these brokers, one of which may be that of this process. */
    public static CurveRing of(ZmqConfig config, List<String> brokers) {
        if (!config.curve().enabled()) {
            return NONE;
        }
        Map<String, String> servers = new HashMap<>();
        List<String> keys = config.mode() == ZmqConfig.Mode.BROKER
                ? List.of(config.curve().publicKey())
                : config.curve().serverKeys();
        for (int i = 0; i < brokers.size() && !keys.isEmpty(); i++) {
            servers.put(brokers.get(i), keys.get(Math.min(i, keys.size() - 1)));
        }
        Set<String> clients = new HashSet<>(config.curve().clients());
        if (!clients.isEmpty()) {
            clients.add(config.curve().publicKey());
        }
        return new CurveRing(config.curve().publicKey(), config.curve().secretKey(), servers, clients);
    }

    /** Makes a socket speak CURVE with whoever is at the endpoint, when that has a key. */
    void applyTo(ZMQ.Socket socket, String endpoint) {
        String server = servers.get(endpoint);
        if (server != null) {
            socket.setCurveServerKey(ZMQ.Curve.z85Decode(server));
            setOwn(socket);
        }
    }

    /** Makes a socket speak CURVE with the server of the key: as this process, or as nobody when that has no keys. */
    void trust(ZMQ.Socket socket, String server) {
        socket.setCurveServerKey(ZMQ.Curve.z85Decode(server));
        if (secretKey.isEmpty()) {
            ZMQ.Curve.KeyPair nobody = ZMQ.Curve.generateKeyPair();
            socket.setCurvePublicKey(ZMQ.Curve.z85Decode(nobody.publicKey));
            socket.setCurveSecretKey(ZMQ.Curve.z85Decode(nobody.secretKey));
        } else {
            setOwn(socket);
        }
    }

    /** Makes a socket that others connect to speak CURVE only. */
    void applyTo(ZMQ.Socket socket) {
        if (!publicKey.isEmpty()) {
            socket.setCurveServer(true);
            socket.setZapDomain("xy-gateway");
            setOwn(socket);
        }
    }

    private void setOwn(ZMQ.Socket socket) {
        socket.setCurvePublicKey(ZMQ.Curve.z85Decode(publicKey));
        socket.setCurveSecretKey(ZMQ.Curve.z85Decode(secretKey));
    }
}
