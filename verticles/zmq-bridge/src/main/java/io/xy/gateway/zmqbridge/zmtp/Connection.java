package io.xy.gateway.zmqbridge.zmtp;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to a peer, from its greeting to its end. Belongs to the event loop of its socket. */
final class Connection {
    /** What the owner of a connection hears. */
    interface Owner {
        /** The handshake is done: messages can be sent. */
        void onReady();

        /** The last thing that is heard. */
        void onEnd(String why);

        /** One message; empty when it had more frames than any message of ours. */
        void onMessage(List<byte[]> frames);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int MAX_FRAMES = 16;
    /** What stands around a payload: names and ids. */
    private static final int ENVELOPE = 4_096;

    private static final int MAX_PING_CONTEXT = 16;
    /** A peer that does not say anything for 3 s (30 tenths) after this is gone, to us and to itself. */
    private static final byte[] PING = "\4PING\0\36".getBytes(StandardCharsets.ISO_8859_1);

    private static final int PING_HEAD = PING.length;
    private static final byte[] PONG = "\4PONG".getBytes(StandardCharsets.ISO_8859_1);
    private static final int MOST_PINGS = 3;

    private final NetSocket socket;
    private final Mechanism mechanism;
    private final Owner owner;
    private final int longest;
    private final FrameReader frames;
    private final byte[] greeting = new byte[Wire.GREETING];
    private int greeted;
    private boolean ready;
    private boolean ended;
    private List<byte[]> parts = new ArrayList<>(8);
    private int partCount;
    private long partBytes;
    private Buffer out = Buffer.buffer();
    /** Pings since something was heard. */
    private int pings;

    /**
     * @param longest bytes of a payload
     */
    Connection(NetSocket socket, Mechanism mechanism, int longest, Owner owner) {
        this.socket = socket;
        this.mechanism = mechanism;
        this.owner = owner;
        this.longest = longest;
        this.frames = new FrameReader(longest + ENVELOPE);
    }

    void start() {
        socket.handler(this::onData);
        socket.closeHandler(closed -> end("closed the connection"));
        socket.exceptionHandler(e -> LOG.debug("a connection broke", e));
        out.appendBuffer(Wire.greeting(mechanism.name()));
        flush();
    }

    boolean isReady() {
        return ready && !ended;
    }

    /** Whether there is room for a message: the peer reads what it is sent. */
    boolean takes(int most) {
        return isReady() && !socket.writeQueueFull() && out.length() < most;
    }

    /** Puts a message with what goes out at the next {@link #flush}. */
    void write(List<byte[]> message) {
        int last = message.size() - 1;
        for (int i = 0; i <= last; i++) {
            mechanism.write(i == last ? 0 : Wire.MORE, message.get(i), out);
        }
    }

    void flush() {
        if (!ended && out.length() > 0) {
            Buffer all = out;
            out = Buffer.buffer();
            // A failed write ends the connection, which says so itself.
            socket.write(all);
        }
    }

    /** Once a second: proves that the peer lives. */
    void beat() {
        if (!isReady()) {
            return;
        }
        if (pings == MOST_PINGS) {
            end("does not answer pings");
            return;
        }
        pings++;
        mechanism.write(Wire.COMMAND, PING, out);
        flush();
    }

    void end(String why) {
        if (!ended) {
            ended = true;
            socket.close();
            owner.onEnd(why);
        }
    }

    private void onData(Buffer chunk) {
        if (ended) {
            return;
        }
        pings = 0;
        try {
            int from = greeted < Wire.GREETING ? greet(chunk) : 0;
            frames.read(chunk, from, this::onFrame);
        } catch (ZmtpException e) {
            end(e.what());
        } catch (RuntimeException e) {
            LOG.error("a connection to a broker failed", e);
            end("could not be read");
        }
    }

    /** Gives the place in the chunk where the greeting ends. */
    private int greet(Buffer chunk) throws ZmtpException {
        int part = Math.min(chunk.length(), Wire.GREETING - greeted);
        chunk.getBytes(0, part, greeting, greeted);
        greeted += part;
        Wire.check(greeting, greeted, mechanism.name());
        if (greeted == Wire.GREETING) {
            say(mechanism.open());
        }
        return part;
    }

    private void say(List<byte[]> commands) {
        for (byte[] command : commands) {
            Wire.append(out, Wire.COMMAND, command);
        }
        flush();
    }

    private void onFrame(int flags, byte[] body) throws ZmtpException {
        if (ended) {
            return;
        }
        if (ready) {
            mechanism.read(flags, body, this::onPlain);
        } else if ((flags & Wire.COMMAND) == 0) {
            throw new ZmtpException("sends before it is ready");
        } else {
            say(mechanism.answer(body));
            if (mechanism.isDone()) {
                ready = true;
                owner.onReady();
            }
        }
    }

    private void onPlain(int flags, byte[] body) throws ZmtpException {
        if ((flags & Wire.COMMAND) != 0) {
            onCommand(body);
            return;
        }
        partCount++;
        partBytes += body.length;
        if (partBytes > (long) longest + ENVELOPE) {
            throw new ZmtpException("sends a message that is too long");
        }
        if (partCount <= MAX_FRAMES) {
            parts.add(body);
        }
        if ((flags & Wire.MORE) == 0) {
            List<byte[]> message = partCount <= MAX_FRAMES ? parts : List.of();
            parts = new ArrayList<>(8);
            partCount = 0;
            partBytes = 0;
            owner.onMessage(message);
        }
    }

    /** A ping is answered with what it holds; other commands mean nothing to a DEALER. */
    private void onCommand(byte[] command) throws ZmtpException {
        if (Wire.isCommand(command, "PING")) {
            int context = command.length - PING_HEAD;
            if (context < 0 || context > MAX_PING_CONTEXT) {
                throw new ZmtpException("sends a ping of a wrong length");
            }
            byte[] pong = Arrays.copyOf(PONG, PONG.length + context);
            System.arraycopy(command, PING_HEAD, pong, PONG.length, context);
            mechanism.write(Wire.COMMAND, pong, out);
            flush();
        }
    }
}
