package io.xy.gateway.zmqbridge.zmtp;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** The bytes of ZMTP 3.1 (RFC 37): greeting, frames, commands. */
final class Wire {
    /** More frames of the same message follow. */
    static final int MORE = 1;
    /** The length has eight bytes. */
    static final int LONG = 2;
    /** Not a message. */
    static final int COMMAND = 4;

    static final int GREETING = 64;
    private static final int MAJOR_AT = 10;
    private static final int MECHANISM_AT = 12;
    private static final int MECHANISM_LENGTH = 20;
    private static final int OLDEST_MAJOR = 3;
    private static final int LONGEST_SHORT = 255;

    private Wire() {}

    /** What a client says first. */
    static Buffer greeting(String mechanism) {
        byte[] greeting = new byte[GREETING];
        greeting[0] = (byte) 0xff;
        greeting[MAJOR_AT - 1] = 0x7f;
        greeting[MAJOR_AT] = OLDEST_MAJOR;
        greeting[MAJOR_AT + 1] = 1;
        byte[] name = mechanism.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, greeting, MECHANISM_AT, name.length);
        return Buffer.buffer(greeting);
    }

    /**
     * Looks at a peer's greeting as far as it has come.
     *
     * @throws ZmtpException as soon as it cannot be that of a peer of ours
     */
    static void check(byte[] greeting, int length, String mechanism) throws ZmtpException {
        boolean isZmtp =
                (length == 0 || greeting[0] == (byte) 0xff) && (length < MAJOR_AT || greeting[MAJOR_AT - 1] == 0x7f);
        if (!isZmtp) {
            throw new ZmtpException("does not speak ZMTP");
        }
        if (length > MAJOR_AT && greeting[MAJOR_AT] < OLDEST_MAJOR) {
            throw new ZmtpException("speaks a ZMTP older than 3.0");
        }
        if (length == GREETING) {
            String theirs =
                    new String(greeting, MECHANISM_AT, MECHANISM_LENGTH, StandardCharsets.ISO_8859_1).replace("\0", "");
            if (!theirs.equals(mechanism)) {
                throw new ZmtpException("does not speak " + mechanism);
            }
        }
    }

    /** Appends one frame. */
    static void append(Buffer out, int flags, byte[] body) {
        if (body.length <= LONGEST_SHORT) {
            out.appendByte((byte) flags).appendByte((byte) body.length);
        } else {
            out.appendByte((byte) (flags | LONG)).appendLong(body.length);
        }
        out.appendBytes(body);
    }

    /** Whether a command has this name. */
    static boolean isCommand(byte[] command, String name) {
        if (command.length <= name.length() || command[0] != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (command[i + 1] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
