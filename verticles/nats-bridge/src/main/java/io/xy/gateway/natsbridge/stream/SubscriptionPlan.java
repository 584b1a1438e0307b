package io.xy.gateway.natsbridge.stream;

import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which subscriptions to hold at the server for what consumers want: one per pattern whatever the number of consumers,
 * none for a pattern that a held and wanted one covers, and none given back before it was unwanted for a while. A
 * pattern that comes and goes in quick succession is held longer each time.
 *
 * <p>A held pattern stays when a wider one comes: changing over would break the numbering of its subjects.
 */
final class SubscriptionPlan {
    /** How often a pattern may come and go before it counts as a storm. */
    static final int CALM_RETURNS = 3;

    private static final long CALM_AFTER_MILLIS = 60_000;
    private static final int MOST_DOUBLINGS = 4;
    private static final Comparator<String> WIDEST_FIRST = Comparator.comparing(
                    (String pattern) -> !pattern.endsWith(">"))
            .thenComparing(pattern -> pattern.chars().filter(c -> c == '.').count())
            .thenComparing(pattern -> -pattern.chars().filter(c -> c == '*').count());

    private static final class Hold {
        boolean released;
        long releasedAt;
        long returnedAt;
        int returns;
    }

    private final long lingerMillis;
    private final int limit;
    private final Map<String, Integer> wanted = new HashMap<>();
    private final Map<String, Hold> held = new LinkedHashMap<>();
    private final PatternTree<String> covering = new PatternTree<>();
    /** Wanted and not held: new ones, covered ones, and those beyond the limit. */
    private final Set<String> open = new HashSet<>();

    private boolean uncovered;
    private boolean fresh;
    private long storms;

    /**
     * @param lingerMillis how long an unwanted subscription is kept
     * @param limit most subscriptions to hold
     */
    SubscriptionPlan(long lingerMillis, int limit) {
        this.lingerMillis = lingerMillis;
        this.limit = limit;
    }

    void want(String pattern, long now) {
        if (wanted.merge(pattern, 1, Integer::sum) > 1) {
            return;
        }
        Hold hold = held.get(pattern);
        if (hold == null) {
            open.add(pattern);
            fresh = true;
        } else {
            returned(hold, now);
            cover(pattern);
        }
    }

    void release(String pattern, long now) {
        Integer count = wanted.get(pattern);
        if (count == null) {
            return;
        }
        if (count > 1) {
            wanted.put(pattern, count - 1);
            return;
        }
        wanted.remove(pattern);
        open.remove(pattern);
        Hold hold = held.get(pattern);
        if (hold != null) {
            hold.released = true;
            hold.releasedAt = now;
            if (Subjects.hasWildcard(pattern)) {
                covering.remove(pattern, pattern);
                uncovered = true;
            }
        }
    }

    /** Takes up what is wanted and not covered; whether something was. */
    boolean takeUp() {
        if (!fresh && !uncovered) {
            return false;
        }
        fresh = false;
        uncovered = false;
        List<String> candidates = new ArrayList<>(open);
        candidates.sort(WIDEST_FIRST);
        boolean changed = false;
        for (String pattern : candidates) {
            if (held.size() < limit && !covering.covers(pattern)) {
                open.remove(pattern);
                held.put(pattern, new Hold());
                cover(pattern);
                changed = true;
            }
        }
        return changed;
    }

    /** Gives back what was unwanted for long enough, and returns it. */
    Set<String> giveBack(long now) {
        Set<String> gone = new HashSet<>();
        for (Iterator<Map.Entry<String, Hold>> each = held.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Hold> entry = each.next();
            Hold hold = entry.getValue();
            if (hold.released && now - hold.releasedAt >= linger(hold)) {
                gone.add(entry.getKey());
                each.remove();
            }
        }
        if (!gone.isEmpty() && !open.isEmpty()) {
            fresh = true;
        }
        return gone;
    }

    /** Forgets what is held, and plans anew: the connection is gone. */
    void startOver() {
        for (Map.Entry<String, Hold> entry : held.entrySet()) {
            if (!entry.getValue().released) {
                open.add(entry.getKey());
                if (Subjects.hasWildcard(entry.getKey())) {
                    covering.remove(entry.getKey(), entry.getKey());
                }
            }
        }
        held.clear();
        fresh = true;
        takeUp();
    }

    boolean holds(String pattern) {
        return held.containsKey(pattern);
    }

    Set<String> held() {
        return held.keySet();
    }

    long storms() {
        return storms;
    }

    private void cover(String pattern) {
        if (Subjects.hasWildcard(pattern)) {
            covering.add(pattern, pattern);
        }
    }

    private void returned(Hold hold, long now) {
        if (hold.returns > 0 && now - hold.returnedAt > CALM_AFTER_MILLIS) {
            hold.returns = 0;
        }
        hold.released = false;
        hold.returnedAt = now;
        hold.returns++;
        if (hold.returns >= CALM_RETURNS) {
            storms++;
        }
    }

    private long linger(Hold hold) {
        return lingerMillis << Math.min(hold.returns, MOST_DOUBLINGS);
    }
}
