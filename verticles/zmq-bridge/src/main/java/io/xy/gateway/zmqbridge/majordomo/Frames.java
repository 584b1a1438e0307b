package io.xy.gateway.zmqbridge.majordomo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The constants of MDP/0.1, and the desk's addition to it. The arrays are shared: read only. */
public final class Frames {
    public static final byte[] EMPTY = {};
    public static final byte[] CLIENT = ascii("MDPC01");
    public static final byte[] WORKER = ascii("MDPW01");
    public static final byte[] READY = {1};
    public static final byte[] REQUEST = {2};
    public static final byte[] REPLY = {3};
    public static final byte[] HEARTBEAT = {4};
    public static final byte[] DISCONNECT = {5};
    /** The desk's word to the worker that is given the work. */
    public static final byte[] DESIGNATED = ascii("designated");

    public static final String MMI = "mmi.";
    public static final String MMI_SERVICE = "mmi.service";

    private static final int LONGEST_NAME = 255;

    private Frames() {}

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    public static String text(byte[] frame) {
        return new String(frame, StandardCharsets.ISO_8859_1);
    }

    public static boolean is(byte[] frame, byte[] expected) {
        return Arrays.equals(frame, expected);
    }

    /** Whether this can be the name of a service: 1 to 255 visible ASCII characters, outside of {@code mmi.}. */
    public static boolean isServiceName(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.startsWith(MMI)) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) <= ' ' || name.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }
}
