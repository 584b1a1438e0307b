package io.xy.gateway.zmqbridge.zmtp;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** No security: both sides say READY and what kind of socket they are (RFC 23). */
final class NullMechanism implements Mechanism {
    private static final byte[] READY =
            "\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int WORD = 6;
    /** Whom a DEALER may talk to. */
    private static final Set<String> PEERS = Set.of("ROUTER", "DEALER", "REP");

    private boolean done;

    @Override
    public String name() {
        return "NULL";
    }

    @Override
    public List<byte[]> open() {
        return List.of(READY);
    }

    @Override
    public List<byte[]> answer(byte[] command) throws ZmtpException {
        if (!Wire.isCommand(command, "READY")) {
            throw new ZmtpException(Wire.isCommand(command, "ERROR") ? "refuses us" : "does not say READY");
        }
        if (!PEERS.contains(socketType(command))) {
            throw new ZmtpException("is no broker");
        }
        done = true;
        return List.of();
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void write(int flags, byte[] body, Buffer out) {
        Wire.append(out, flags, body);
    }

    @Override
    public void read(int flags, byte[] body, FrameReader.Sink sink) throws ZmtpException {
        sink.frame(flags, body);
    }

    /** Properties are a name behind a byte of length and a value behind four; names do not mind their case. */
    private static String socketType(byte[] command) throws ZmtpException {
        Buffer properties = Buffer.buffer(command);
        int at = WORD;
        String type = "";
        while (at < command.length) {
            int name = at + 1;
            int size = name + properties.getUnsignedByte(at);
            if (size + 4 > command.length) {
                throw new ZmtpException("says a READY that is cut short");
            }
            long length = properties.getUnsignedInt(size);
            if (length > command.length - size - 4) {
                throw new ZmtpException("says a READY that is cut short");
            }
            at = size + 4 + (int) length;
            if (properties.getString(name, size, "ISO-8859-1").equalsIgnoreCase("Socket-Type")) {
                type = properties.getString(size + 4, at, "ISO-8859-1");
            }
        }
        return type;
    }
}
