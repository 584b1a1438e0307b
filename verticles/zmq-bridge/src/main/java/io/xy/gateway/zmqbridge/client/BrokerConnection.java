package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.zmqbridge.majordomo.Frames;
import io.xy.gateway.zmqbridge.zmtp.Dealer;
import io.xy.gateway.zmqbridge.zmtp.Dealers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One broker: the socket to it, whether it lives, and which services it says it has. Belongs to one event loop.
 *
 * <p>Life is proven by answers to {@code mmi.service}, the only question that every broker answers by itself; ZeroMQ's
 * own heartbeats would also be answered for a broker that is stuck.
 */
final class BrokerConnection {
    /** How long a presence is believed, however long the beat is. */
    private static final long PRESENCE_NANOS = 1_000_000_000;

    /** How long an absence is believed: workers restart quickly. */
    private static final long ABSENCE_NANOS = 250_000_000;

    private static final long FIRST_PROBE_NANOS = 50_000_000;
    private static final int MAX_ANSWERS = 2 * ClientSettings.MAX_SERVICES;

    private record Answer(boolean present, long atNanos) {}

    private record Question(String id, long atNanos) {}

    final int number;
    final String endpoint;
    final Dealer dealer;
    private final RequestIds ids;
    private final long beatNanos;
    /** Open questions by service, at most one each. */
    private final Map<String, Question> questions = new HashMap<>();

    /** The services that the open questions ask for, by request id. */
    private final Map<String, String> askedFor = new HashMap<>();

    private final Map<String, Answer> answers = new HashMap<>();
    private boolean up;
    private long heardNanos;
    private long askedNanos;
    private long nextProbeNanos;
    private boolean broken;

    /**
     * @param onMessage takes what the broker says
     * @param onChange told when the connection is there, or broken
     */
    BrokerConnection(
            int number,
            String endpoint,
            Dealers dealers,
            RequestIds ids,
            long beatMillis,
            BiConsumer<BrokerConnection, List<byte[]>> onMessage,
            Runnable onChange) {
        this.number = number;
        this.endpoint = endpoint;
        this.ids = ids;
        this.beatNanos = beatMillis * 1_000_000;
        this.nextProbeNanos = System.nanoTime();
        this.dealer = dealers.open(endpoint, new Dealer.Listener() {
            @Override
            public void onUp() {
                nextProbeNanos = System.nanoTime();
                onChange.run();
            }

            @Override
            public void onLost() {
                broken = true;
                onChange.run();
            }

            @Override
            public void onMessage(List<byte[]> frames) {
                onMessage.accept(BrokerConnection.this, frames);
            }
        });
    }

    boolean up() {
        return up;
    }

    /** Something well-formed came from the broker. */
    void heard(long now) {
        heardNanos = now;
    }

    /**
     * Whether the broker has been lost since the last look: it broke the connection, or answers no more.
     *
     * @param judging whether its silence counts
     */
    boolean checkLost(long now, boolean judging) {
        boolean silent = judging && up && askedNanos - heardNanos > 0 && now - heardNanos > beatNanos * 7 / 4;
        if (!broken && !silent) {
            return false;
        }
        broken = false;
        boolean was = up;
        up = false;
        questions.clear();
        askedFor.clear();
        answers.clear();
        nextProbeNanos = now;
        return was;
    }

    /**
     * Asks again when it is time.
     *
     * @param services what the gateway uses
     */
    void probe(Iterable<String> services, long now) {
        if (now - nextProbeNanos < 0) {
            return;
        }
        boolean asked = false;
        if (up) {
            for (String service : services) {
                asked |= ask(service, now);
            }
        }
        if (!asked) {
            asked = ask(Frames.MMI_SERVICE, now);
        }
        nextProbeNanos = now + (asked ? beatNanos : Math.min(beatNanos, FIRST_PROBE_NANOS));
    }

    /** What is known about a service; when nothing is, the broker is asked, once. */
    Presence presence(String service, long now) {
        Answer answer = answers.get(service);
        if (answer != null) {
            long age = now - answer.atNanos;
            if (answer.present && age <= Math.min(PRESENCE_NANOS, 2 * beatNanos)) {
                return Presence.PRESENT;
            }
            if (!answer.present && age <= Math.min(ABSENCE_NANOS, beatNanos)) {
                return Presence.ABSENT;
            }
        }
        ask(service, now);
        return Presence.UNKNOWN;
    }

    /**
     * Takes an answer to a question of ours.
     *
     * @return the service that was asked for; null when the question was not ours
     */
    @Nullable
    String onProbeAnswer(String id, String code, long now) {
        String service = askedFor.remove(id);
        if (service != null) {
            questions.remove(service);
            up = true;
            heard(now);
            if (answers.size() >= MAX_ANSWERS) {
                answers.clear();
            }
            // 501: a broker that does not know the question; then a service is there until it proves silent.
            answers.put(service, new Answer(code.equals("200") || code.equals("501"), now));
        }
        return service;
    }

    /** False when the broker takes nothing. A question that is open is not repeated for two beats. */
    private boolean ask(String service, long now) {
        Question open = questions.get(service);
        if (open != null && now - open.atNanos < 2 * beatNanos) {
            return true;
        }
        String id = ids.next();
        boolean sent = dealer.send(List.of(
                Frames.EMPTY,
                Frames.CLIENT,
                Frames.ascii(Frames.MMI_SERVICE),
                Frames.ascii(id),
                Frames.ascii(service)));
        if (!sent) {
            return false;
        }
        if (open != null) {
            askedFor.remove(open.id);
        }
        questions.put(service, new Question(id, now));
        askedFor.put(id, service);
        if (askedNanos - heardNanos <= 0) {
            askedNanos = now;
        }
        return true;
    }
}
