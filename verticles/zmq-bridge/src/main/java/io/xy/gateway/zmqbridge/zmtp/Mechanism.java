package io.xy.gateway.zmqbridge.zmtp;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** How one connection proves who it is, and what its frames look like on the wire. */
interface Mechanism {
    /** As the greeting names it. */
    String name();

    /** The commands that open the handshake. */
    List<byte[]> open();

    /**
     * Takes a command of the peer's handshake.
     *
     * @return what to say next
     * @throws ZmtpException when the peer refuses us, or breaks the protocol
     */
    List<byte[]> answer(byte[] command) throws ZmtpException;

    /** Whether the handshake is done. */
    boolean isDone();

    /**
     * Appends a frame to what goes out, once the handshake is done.
     *
     * @param flags {@link Wire#MORE} and {@link Wire#COMMAND}
     */
    void write(int flags, byte[] body, Buffer out);

    /** Gives a frame of the peer to the sink as it was meant, once the handshake is done. */
    void read(int flags, byte[] body, FrameReader.Sink sink) throws ZmtpException;
}
