package io.xy.gateway.wsfanout.protocol;

import java.util.Map;
import java.util.Set;

/** Which members each operation of {@code xy.v1} may have; a misspelt option would otherwise be passed over in silence. */
public final class Vocabulary {
    private static final Set<String> ALWAYS = Set.of("op", "id");
    private static final Map<String, Set<String>> MEMBERS = Map.of(
            "auth", Set.of("token", "client", "tabs"),
            "pong", Set.of("t", "lag", "vis", "buf"),
            "sub",
                    Set.of(
                            "sub", "s", "mode", "rate", "snap", "view", "delta", "over", "maxAge", "since", "hist",
                            "prio"),
            "upd", Set.of("sub", "mode", "rate", "view", "prio"),
            "unsub", Set.of("sub"),
            "resync", Set.of("ch"),
            "req", Set.of("to", "method", "ms", "idem", "prio", "seen"),
            "cancel", Set.of());

    private Vocabulary() {}

    /**
     * @throws io.xy.gateway.shared.error.GatewayException {@code bad_request} that names what is not known
     */
    public static void check(ClientOp op) {
        Set<String> known = MEMBERS.get(op.op());
        if (known == null) {
            throw ClientOp.bad("'op' is not known");
        }
        for (String name : op.names()) {
            if (!known.contains(name) && !ALWAYS.contains(name)) {
                throw ClientOp.bad("'" + printable(name) + "' is not known");
            }
        }
    }

    private static String printable(String name) {
        String text = name.replaceAll("[^\\x20-\\x7e]", "?");
        return text.length() > 40 ? text.substring(0, 40) : text;
    }
}
