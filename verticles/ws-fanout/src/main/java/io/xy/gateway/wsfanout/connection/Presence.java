package io.xy.gateway.wsfanout.connection;

import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.hub.Outbox;
import io.xy.gateway.wsfanout.protocol.CloseCode;
import org.jspecify.annotations.Nullable;

/**
 * The time that one client is here, whatever it speaks: on the list of connections, counted for its address and user, until
 * it goes or has to go. Belongs to the connection.
 */
public final class Presence {
    private final Loop loop;
    private final Member member;
    private final Visitor visitor;
    private final Outbox outbox;
    private final Passport passport;
    private final long authMillis;
    private final long since = System.currentTimeMillis();
    private boolean over;

    /**
     * @param address that the client connects from
     * @param authMillis time for saying who it is
     */
    public Presence(
            Loop loop, Member member, Visitor visitor, Outbox outbox, @Nullable String address, long authMillis) {
        this.loop = loop;
        this.member = member;
        this.visitor = visitor;
        this.outbox = outbox;
        this.passport = Passport.of(loop, String.valueOf(address));
        this.authMillis = authMillis;
    }

    /** The client is here; false when its user has as many connections as it may. */
    public boolean begin() {
        loop.connections().add(member);
        return !(visitor.principal() instanceof Principal principal) || passport.admits(principal);
    }

    public boolean isOver() {
        return over;
    }

    public Passport passport() {
        return passport;
    }

    /** Why the client has to go now; null while it may stay. Also looks whether it takes its data. */
    public @Nullable CloseCode due(long nowMillis, boolean gone) {
        if (visitor.principal() == null && nowMillis - since >= authMillis) {
            return CloseCode.AUTH_TIMEOUT;
        }
        if (visitor.hasOverstayed(nowMillis)) {
            return CloseCode.EXPIRED;
        }
        if (gone) {
            return CloseCode.HEARTBEAT_LOST;
        }
        outbox.watch(nowMillis);
        return null;
    }

    /**
     * The client is gone or sent away.
     *
     * @param release gives back what the connection has besides; called once
     */
    public void end(Runnable release) {
        if (!over) {
            over = true;
            loop.connections().remove(member);
            release.run();
            outbox.close();
            passport.leave();
        }
    }
}
