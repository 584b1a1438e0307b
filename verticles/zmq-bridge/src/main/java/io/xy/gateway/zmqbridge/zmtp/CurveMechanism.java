package io.xy.gateway.zmqbridge.zmtp;

import io.vertx.core.buffer.Buffer;
import io.xy.gateway.zmqbridge.socket.CurveRing;
import java.util.List;
import org.zeromq.ZMQ;
import zmq.Msg;
import zmq.Options;
import zmq.ZError;
import zmq.io.mechanism.Mechanism.Status;
import zmq.io.mechanism.curve.CurveClientMechanism;

/**
 * CURVE (RFC 26) as JeroMQ has it: its mechanism without its sockets. Checked against JeroMQ 0.6.0, which tells a session
 * of every fault; here there is none, so that a fault shows as an exception.
 */
final class CurveMechanism implements Mechanism {
    private final CurveClientMechanism curve;

    CurveMechanism(CurveRing keys, String serverKey) {
        Options options = new Options();
        options.type = zmq.ZMQ.ZMQ_DEALER;
        options.curvePublicKey = ZMQ.Curve.z85Decode(keys.publicKey());
        options.curveSecretKey = ZMQ.Curve.z85Decode(keys.secretKey());
        options.curveServerKey = ZMQ.Curve.z85Decode(serverKey);
        this.curve = new CurveClientMechanism(null, options);
    }

    @Override
    public String name() {
        return "CURVE";
    }

    @Override
    public List<byte[]> open() {
        return List.of(next());
    }

    @Override
    public List<byte[]> answer(byte[] command) throws ZmtpException {
        int problem;
        try {
            problem = curve.processHandshakeCommand(new Msg(command));
        } catch (RuntimeException e) {
            throw broken(e);
        }
        if (problem != 0 || curve.status() == Status.ERROR) {
            throw new ZmtpException("refuses our keys");
        }
        return curve.status() == Status.READY ? List.of() : List.of(next());
    }

    @Override
    public boolean isDone() {
        return curve.status() == Status.READY;
    }

    @Override
    public void write(int flags, byte[] body, Buffer out) {
        Msg plain = new Msg(body);
        if ((flags & Wire.MORE) != 0) {
            plain.setFlags(Msg.MORE);
        }
        if ((flags & Wire.COMMAND) != 0) {
            plain.setFlags(Msg.COMMAND);
        }
        Wire.append(out, 0, curve.encode(plain).data());
    }

    @Override
    public void read(int flags, byte[] body, FrameReader.Sink sink) throws ZmtpException {
        Msg plain;
        try {
            plain = curve.decode(new Msg(body));
        } catch (RuntimeException e) {
            throw broken(e);
        }
        if (plain == null) {
            throw broken(new IllegalArgumentException("not decoded"));
        }
        sink.frame((plain.hasMore() ? Wire.MORE : 0) | (plain.isCommand() ? Wire.COMMAND : 0), plain.data());
    }

    private byte[] next() {
        Msg.Builder command = new Msg.Builder();
        int problem = curve.nextHandshakeCommand(command);
        if (problem != 0) {
            throw new IllegalStateException("CURVE has nothing to say: " + ZError.toString(problem));
        }
        return command.build().data();
    }

    private static ZmtpException broken(RuntimeException cause) {
        ZmtpException broken = new ZmtpException("does not speak CURVE with these keys");
        broken.initCause(cause);
        return broken;
    }
}
