package io.xy.gateway.wsfanout.connection;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.config.WsConfig;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.protocol.Records;
import org.jspecify.annotations.Nullable;

/** The first record of a connection: who speaks, what it may do and what is understood here. Stateless. */
final class Hello {
    private static final int VERSION = 1;
    private static final JsonArray FEATURES = new JsonArray()
            .add("latest")
            .add("all")
            .add("resume")
            .add("hist")
            .add("req")
            .add("cancel")
            .add("gap")
            .add("drain");

    private Hello() {}

    static byte[] record(Loop loop, @Nullable Principal principal) {
        WsConfig ws = loop.config().ws();
        JsonObject limits = new JsonObject()
                .put("subs", ws.maxSubscriptions())
                .put("inflight", Requests.MAX_IN_FLIGHT)
                .put("frame", ws.maxFrameBytes())
                .put("rate", XyConnection.OPS_PER_SECOND)
                .put("burst", XyConnection.OPS_BURST);
        JsonObject hello = new JsonObject()
                .put("v", VERSION)
                .put("node", loop.config().node().id())
                .put("boot", loop.boot())
                .put("now", System.currentTimeMillis())
                .put("hb", ws.heartbeatMillis())
                .put("authMs", ws.authMillis())
                .put("limits", limits)
                .put("feat", FEATURES);
        return Records.hello(
                principal == null ? hello : hello.put("user", principal.id()).put("auth", "optional"));
    }
}
