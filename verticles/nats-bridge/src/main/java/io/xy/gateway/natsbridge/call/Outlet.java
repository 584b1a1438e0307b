package io.xy.gateway.natsbridge.call;

import io.xy.gateway.natsbridge.link.LinkEvent;
import io.xy.gateway.natsbridge.link.LinkResult.Handed;
import io.xy.gateway.natsbridge.link.Outgoing;
import java.util.function.Predicate;

/**
 * The loop's side of the hand-off to the link: gives numbers, knows the connection that counts now, and bounds the
 * bytes that wait. Belongs to the bridge's event loop.
 */
public final class Outlet {
    /** Payload bytes that may wait for the link. */
    static final long MAX_BYTES = 16 << 20;

    private final Predicate<Outgoing> link;
    private long numbers;
    private long incarnation;
    private boolean connected;
    private long bytes;

    /**
     * @param link takes a message over without blocking, or refuses it
     */
    public Outlet(Predicate<Outgoing> link) {
        this.link = link;
    }

    long nextNumber() {
        return ++numbers;
    }

    /** The connection that counts now; 0 while there is none. */
    long incarnation() {
        return connected ? incarnation : 0;
    }

    boolean isConnected() {
        return connected;
    }

    boolean send(Outgoing message) {
        int size = message.payload().length();
        if (bytes + size > MAX_BYTES || !link.test(message)) {
            return false;
        }
        bytes += size;
        return true;
    }

    /** The link is done with a message. */
    public void onHanded(Handed handed) {
        bytes -= handed.size();
    }

    /** Follows the connection; everything else of the link is not its business. */
    public void onEvent(LinkEvent event) {
        if (event instanceof LinkEvent.Ready ready) {
            connected = true;
            incarnation = ready.incarnation();
        } else if (event instanceof LinkEvent.Lost) {
            connected = false;
        }
    }
}
