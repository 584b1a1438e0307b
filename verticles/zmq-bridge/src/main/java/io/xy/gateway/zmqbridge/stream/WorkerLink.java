package io.xy.gateway.zmqbridge.stream;

import io.xy.gateway.zmqbridge.majordomo.Frames;
import io.xy.gateway.zmqbridge.socket.Multipart;
import io.xy.gateway.zmqbridge.socket.Multipart.Sent;
import io.xy.gateway.zmqbridge.socket.SocketRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/**
 * The gateway as a worker of one broker: READY, HEARTBEAT both ways, REQUEST and REPLY, one after the other. A broker
 * that is silent for nearly two beats, or breaks the connection, is lost and registered with again. Belongs to the
 * subscriber thread.
 */
final class WorkerLink {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerLink.class);
    private static final int PER_TURN = 64;
    private static final int MAX_FRAMES = 16;
    /** Brokers of the desk say something each second; who is asked to believe less would see losses everywhere. */
    private static final long SHORTEST_BEAT_NANOS = 1_000_000_000;

    private final SocketRoom room;
    private final String endpoint;
    private final byte[] service;
    private final long beatNanos;
    private final PushDesk desk;
    /** Counted by a thread of JeroMQ. */
    private final AtomicInteger breaks = new AtomicInteger();

    private ZMQ.Socket socket;
    private int breaksSeen;
    private boolean announced;
    private boolean heard;
    private long heardNanos;
    private long nextBeat;
    private long nextReady;
    long losses;
    long requests;

    WorkerLink(SocketRoom room, String endpoint, String service, long beatMillis, PushDesk desk) {
        this.room = room;
        this.endpoint = endpoint;
        this.service = Frames.ascii(service);
        this.beatNanos = beatMillis * 1_000_000;
        this.desk = desk;
        this.nextReady = System.nanoTime();
        this.socket = open();
    }

    /** Whether the broker has been heard since it was told of this worker, and lately. */
    boolean up() {
        return announced && heard;
    }

    /** Reads what there is, says what is due. */
    void turn() {
        for (int i = 0; i < PER_TURN; i++) {
            List<byte[]> frames = Multipart.receive(socket, MAX_FRAMES);
            if (frames == null) {
                break;
            }
            take(frames);
        }
        long now = System.nanoTime();
        watch(now);
        speak(now);
    }

    private ZMQ.Socket open() {
        return room.dealer(endpoint, breaks::incrementAndGet);
    }

    private void take(List<byte[]> frames) {
        boolean ours =
                frames.size() >= 3 && frames.get(0).length == 0 && Frames.is(frames.get(1), Frames.WORKER) && announced;
        if (!ours) {
            return;
        }
        heard = true;
        heardNanos = System.nanoTime();
        byte[] command = frames.get(2);
        if (Frames.is(command, Frames.DISCONNECT)) {
            // Not at once: a broker that refuses us for good must not be asked all the time.
            lose("sends its workers away");
            nextReady = heardNanos + beatNanos;
        } else if (Frames.is(command, Frames.REQUEST) && frames.size() >= 6 && frames.get(4).length == 0) {
            answer(frames);
        }
    }

    /** Client, empty, whatever the client added (the desk: a request id), payload. */
    private void answer(List<byte[]> frames) {
        List<byte[]> reply = new ArrayList<>(frames.subList(0, frames.size() - 1));
        reply.set(2, Frames.REPLY);
        reply.add(desk.answer(frames.get(frames.size() - 1)));
        if (Multipart.send(socket, reply) == Sent.SENT) {
            requests++;
        }
    }

    private void watch(long now) {
        int broken = breaks.get();
        boolean isBroken = broken != breaksSeen;
        breaksSeen = broken;
        long silence = Math.max(beatNanos, SHORTEST_BEAT_NANOS) * 7 / 4;
        if (announced && (isBroken || now - heardNanos > silence)) {
            lose(isBroken ? "broke the connection" : "is silent");
            if (!isBroken) {
                room.close(socket);
                socket = open();
            }
        }
    }

    private void lose(String how) {
        if (heard) {
            losses++;
            LOG.warn("the broker at {} {}: the gateway is no worker there now", endpoint, how);
        }
        announced = false;
        heard = false;
    }

    private void speak(long now) {
        if (!announced && now - nextReady >= 0) {
            announced = send(Frames.READY, service);
            heardNanos = now;
            nextBeat = now + beat();
        } else if (announced && now - nextBeat >= 0) {
            send(Frames.HEARTBEAT);
            nextBeat = now + beat();
        }
    }

    private long beat() {
        return Math.min(beatNanos, SHORTEST_BEAT_NANOS);
    }

    private boolean send(byte[]... command) {
        List<byte[]> frames = new ArrayList<>(List.of(Frames.EMPTY, Frames.WORKER));
        frames.addAll(List.of(command));
        return Multipart.send(socket, frames) == Sent.SENT;
    }
}
