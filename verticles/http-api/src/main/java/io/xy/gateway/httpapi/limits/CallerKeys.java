package io.xy.gateway.httpapi.limits;

import io.xy.gateway.shared.security.IpAddress;
import java.nio.ByteBuffer;

/**
 * Numbers for callers. An IPv4 address is its own number and so is an IPv6 network of /64, which is what one customer
 * has. Names are {@link NameHash}es.
 */
final class CallerKeys {
    private static final long IPV4 = 0xffffL << 32;

    private CallerKeys() {}

    /** {@link Limit#NOBODY} when the text is not an address. */
    static long address(String text) {
        byte[] bytes = IpAddress.bytes(text);
        if (bytes == null) {
            return Limit.NOBODY;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (bytes.length == 4) {
            return IPV4 | buffer.getInt() & 0xffff_ffffL;
        }
        long network = buffer.getLong();
        // The loopback address is in network 0, which stands for nobody.
        return network == 0 ? -1 : network;
    }

    /** The caller's number for one of several limits that share a table. */
    static long under(int limit, long caller) {
        if (caller == Limit.NOBODY) {
            return Limit.NOBODY;
        }
        long key = caller * 0x9e3779b97f4a7c15L + limit * 0xd6e8feb86659fd93L;
        return key == Limit.NOBODY ? 1 : key;
    }
}
