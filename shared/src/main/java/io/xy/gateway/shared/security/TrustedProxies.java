package io.xy.gateway.shared.security;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The networks whose word about where a request came from counts. Nobody, unless the configuration names some. */
public final class TrustedProxies {
    private record Network(byte[] address, int bits) {
        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i & 7);
                if ((address[i >> 3] & mask) != (other[i >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Network> networks = new ArrayList<>();

    /**
     * @param texts addresses, or networks such as {@code 10.0.0.0/8}; what is neither matches nothing
     */
    public TrustedProxies(List<String> texts) {
        for (String text : texts) {
            int slash = text.indexOf('/');
            byte @Nullable [] address =
                    NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
            if (address != null) {
                int all = address.length * 8;
                networks.add(new Network(
                        address, slash < 0 ? all : Math.min(all, Integer.parseInt(text.substring(slash + 1)))));
            }
        }
    }

    /** Whether the peer is one of them. */
    public boolean contains(String peer) {
        if (networks.isEmpty()) {
            return false;
        }
        byte @Nullable [] address = NetUtil.createByteArrayFromIpAddressString(peer);
        if (address == null) {
            return false;
        }
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
