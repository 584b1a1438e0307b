package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Which patterns this loop wants from sources: one entry per pattern however many clients ask, kept for a while after
 * the last one left, so that a storm of reconnects does not reach the sources.
 */
public final class InterestBook {
    static final long LINGER_MILLIS = 10_000;
    private static final int STORM_CHANGES = 200;
    private static final long STORM_WINDOW_MILLIS = 1_000;

    private static final class Wish {
        int clients;
        long idleSince;
    }

    private final int maxPatterns;
    private final Map<String, Wish> wishes = new HashMap<>();
    private Runnable onChange = () -> {};
    private Consumer<String> onForgotten = pattern -> {};
    private long windowStart;
    private int windowChanges;
    private long storms;

    public InterestBook(int maxPatterns) {
        this.maxPatterns = maxPatterns;
    }

    /** Calls when the list has changed. */
    public void onChange(Runnable listener) {
        onChange = listener;
    }

    void onForgotten(Consumer<String> listener) {
        onForgotten = listener;
    }

    /** Whether one more pattern fits. */
    public boolean hasRoomFor(String pattern) {
        return wishes.containsKey(pattern) || wishes.size() < maxPatterns;
    }

    /** Windows of one second with more changes than sources should see. */
    public long storms() {
        return storms;
    }

    /** The shortest list that asks for everything wanted: what a wider pattern covers is left out. */
    public List<String> patterns() {
        List<String> wide = new ArrayList<>();
        for (String pattern : wishes.keySet()) {
            if (Subjects.hasWildcard(pattern)) {
                wide.add(pattern);
            }
        }
        List<String> wanted = new ArrayList<>(wishes.size());
        for (String pattern : wishes.keySet()) {
            if (!isCovered(pattern, wide)) {
                wanted.add(pattern);
            }
        }
        wanted.sort(null);
        return wanted;
    }

    void want(String pattern) {
        Wish wish = wishes.get(pattern);
        count();
        if (wish == null) {
            wish = new Wish();
            wishes.put(pattern, wish);
            onChange.run();
        }
        wish.clients++;
    }

    void unwant(String pattern) {
        Wish wish = wishes.get(pattern);
        if (wish != null && --wish.clients == 0) {
            wish.idleSince = System.currentTimeMillis();
        }
        count();
    }

    /** Forgets what nobody has wanted for a while. */
    void sweep(long nowMillis) {
        List<String> forgotten = new ArrayList<>();
        for (Iterator<Map.Entry<String, Wish>> each = wishes.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Wish> entry = each.next();
            Wish wish = entry.getValue();
            if (wish.clients == 0 && nowMillis - wish.idleSince >= LINGER_MILLIS) {
                each.remove();
                forgotten.add(entry.getKey());
            }
        }
        if (!forgotten.isEmpty()) {
            forgotten.forEach(onForgotten);
            onChange.run();
        }
    }

    /** Whether some pattern that is still wanted matches the subject. */
    boolean wants(String subject) {
        if (wishes.containsKey(subject)) {
            return true;
        }
        for (String pattern : wishes.keySet()) {
            if (Subjects.contains(pattern, subject)) {
                return true;
            }
        }
        return false;
    }

    private void count() {
        long now = System.currentTimeMillis();
        if (now - windowStart >= STORM_WINDOW_MILLIS) {
            windowStart = now;
            windowChanges = 0;
        }
        if (++windowChanges == STORM_CHANGES) {
            storms++;
        }
    }

    private static boolean isCovered(String pattern, List<String> wide) {
        for (String other : wide) {
            if (!other.equals(pattern) && Subjects.contains(other, pattern)) {
                return true;
            }
        }
        return false;
    }
}
