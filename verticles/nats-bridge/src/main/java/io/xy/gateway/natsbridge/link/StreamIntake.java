package io.xy.gateway.natsbridge.link;

import io.xy.gateway.natsbridge.link.LinkEvent.Loss;
import io.xy.gateway.natsbridge.link.LinkEvent.Received;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The NATS threads' side of the stream inbox. When the inbox is full it remembers what was lost, and says so in the
 * inbox before the next message, so that a loss is seen where it happened.
 */
public final class StreamIntake {
    /** Subjects whose losses are kept apart; beyond it only the number is known. */
    private static final int MAX_LOST = 4_096;

    /** Bytes of an event without payload, about. */
    private static final int MARK = 96;

    private record Place(String pattern, String subject) {}

    private final LoopInbox<LinkEvent> inbox;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Place, Loss> lost = new LinkedHashMap<>();
    private long lostIncarnation;
    private long nameless;

    public StreamIntake(LoopInbox<LinkEvent> inbox) {
        this.inbox = inbox;
    }

    /** Bytes that an event keeps alive, about. */
    public static int weight(LinkEvent event) {
        return event instanceof Received message
                ? MARK + message.payload().length() + message.subject().length()
                : MARK;
    }

    void offer(Received message) {
        lock.lock();
        try {
            if (isOwing() && !inbox.hasRoom(3, weight(message) + 2 * MARK)) {
                // One mark for many losses: it goes in together with the message that ends them.
                note(message);
            } else if (!settled() || !inbox.offer(message)) {
                note(message);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands over what is known of losses, if there is room by now. */
    void settle() {
        lock.lock();
        try {
            settled();
        } finally {
            lock.unlock();
        }
    }

    /** Tells something about the connection itself; never lost. */
    void tell(LinkEvent event) {
        inbox.put(event);
    }

    /** Tells something that may be lost when there is too much of it. */
    boolean hint(LinkEvent event) {
        return inbox.offer(event);
    }

    private boolean isOwing() {
        return nameless > 0 || !lost.isEmpty();
    }

    private boolean settled() {
        if (nameless > 0) {
            if (!inbox.offer(new LinkEvent.Doubt(lostIncarnation, nameless))) {
                return false;
            }
            nameless = 0;
        }
        if (!lost.isEmpty()) {
            List<Loss> losses = new ArrayList<>(lost.values());
            if (!inbox.offer(new LinkEvent.Missed(lostIncarnation, losses))) {
                return false;
            }
            lost.clear();
        }
        return true;
    }

    private void note(Received message) {
        if (message.incarnation() != lostIncarnation) {
            // What an earlier connection lost is covered by the new epoch.
            lost.clear();
            nameless = 0;
            lostIncarnation = message.incarnation();
        }
        Place place = new Place(message.pattern(), message.subject());
        Loss before = lost.get(place);
        if (before == null && lost.size() >= MAX_LOST) {
            nameless++;
            return;
        }
        long count = before == null ? 1 : before.count() + 1;
        lost.put(place, new Loss(message.pattern(), message.subject(), count, message.numbering()));
    }
}
