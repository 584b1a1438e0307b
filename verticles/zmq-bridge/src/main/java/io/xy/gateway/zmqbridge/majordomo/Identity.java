package io.xy.gateway.zmqbridge.majordomo;

import java.util.Arrays;
import java.util.HexFormat;

/** A peer's address on a ROUTER: binary, as a key. */
record Identity(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Identity that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
