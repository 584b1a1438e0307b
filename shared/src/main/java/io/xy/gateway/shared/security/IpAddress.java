package io.xy.gateway.shared.security;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/** Addresses as bytes. */
public final class IpAddress {
    private IpAddress() {}

    /** The address in bytes, IPv4 also when it is written as IPv6; null when the text is not an address. */
    public static byte @Nullable [] bytes(String text) {
        int zone = text.indexOf('%');
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(zone < 0 ? text : text.substring(0, zone));
        if (bytes == null || bytes.length == 4) {
            return bytes;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return bytes;
            }
        }
        boolean mapped = bytes[10] == -1 && bytes[11] == -1;
        return mapped ? new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]} : bytes;
    }
}
