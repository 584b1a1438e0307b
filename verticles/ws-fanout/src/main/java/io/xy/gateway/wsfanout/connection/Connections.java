package io.xy.gateway.wsfanout.connection;

import io.xy.gateway.shared.message.SlowConnections;
import io.xy.gateway.shared.message.SlowQuery;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.protocol.CloseCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Every client of one instance, and what operators do to them. Belongs to one event loop. */
public final class Connections {
    private static final int MAX_REVOKED = 100_000;
    private static final int MAX_SLOW = 100;

    private final int max;
    private final Set<Member> members = new LinkedHashSet<>();
    private final Map<String, Boolean> revoked = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_REVOKED;
        }
    };

    private boolean draining;
    private long drainedAt;
    private long drainStep = 1;
    private List<Member> leaving = List.of();

    /**
     * @param max clients of this instance
     */
    public Connections(int max) {
        this.max = max;
    }

    public boolean isFull() {
        return members.size() >= max;
    }

    public boolean isDraining() {
        return draining;
    }

    public int size() {
        return members.size();
    }

    public void add(Member member) {
        members.add(member);
    }

    public void remove(Member member) {
        members.remove(member);
    }

    /** The longest queue of all. */
    public int longestQueue() {
        int longest = 0;
        for (Member member : members) {
            longest = Math.max(longest, member.outbox().size());
        }
        return longest;
    }

    /** Those for which something waits; the slowest first. */
    public SlowConnections slowest(SlowQuery query, long nowMillis) {
        return new SlowConnections(members.stream()
                .map(member -> slowness(member, nowMillis))
                .filter(each -> each.entries() > 0)
                .sorted(SlowConnections.Connection.SLOWEST_FIRST)
                .limit(Math.clamp(query.most(), 1, MAX_SLOW))
                .toList());
    }

    private static SlowConnections.Connection slowness(Member member, long nowMillis) {
        Principal principal = member.principal();
        return new SlowConnections.Connection(
                member.id(),
                principal == null ? "" : principal.id(),
                member.outbox().entries(),
                member.outbox().bytes(),
                member.outbox().blockedMillis(nowMillis),
                member.subscriptions());
    }

    /** The most subscriptions that one client has. */
    public int mostSubscriptions() {
        int most = 0;
        for (Member member : members) {
            most = Math.max(most, member.subscriptions());
        }
        return most;
    }

    /** Whether the session was revoked while this instance ran. */
    public boolean isRevoked(Principal principal) {
        return !principal.session().isEmpty() && revoked.containsKey(principal.session());
    }

    /** Ends everything of the session or user. */
    public void revoke(String sessionOrUser) {
        revoked.put(sessionOrUser, Boolean.TRUE);
        closeWhere(
                principal -> principal.session().equals(sessionOrUser)
                        || principal.id().equals(sessionOrUser),
                CloseCode.REVOKED);
    }

    public void kick(String user) {
        closeWhere(principal -> principal.id().equals(user), CloseCode.KICKED);
    }

    /** Takes nobody new, and asks one after the other to leave, evenly over the window. */
    public void drain(long windowMillis, long nowMillis) {
        if (draining) {
            return;
        }
        draining = true;
        drainedAt = nowMillis;
        leaving = new ArrayList<>(members);
        drainStep = Math.max(1, windowMillis / Math.max(1, leaving.size()));
        for (int i = 0; i < leaving.size(); i++) {
            leaving.get(i).drain(drainStep * (i + 1));
        }
    }

    public void sweep(long nowMillis) {
        for (Member member : List.copyOf(members)) {
            member.sweep(nowMillis);
        }
        if (draining) {
            long due = (nowMillis - drainedAt) / drainStep;
            for (int i = 0; i < Math.min(due, leaving.size()); i++) {
                leaving.get(i).close(CloseCode.DRAINED);
            }
        }
    }

    public void closeAll(CloseCode code) {
        draining = true;
        List.copyOf(members).forEach(member -> member.close(code));
    }

    private void closeWhere(Predicate<Principal> which, CloseCode code) {
        for (Member member : List.copyOf(members)) {
            Principal principal = member.principal();
            if (principal != null && which.test(principal)) {
                member.close(code);
            }
        }
    }
}
