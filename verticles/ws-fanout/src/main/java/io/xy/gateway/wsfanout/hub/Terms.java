package io.xy.gateway.wsfanout.hub;

import java.util.ArrayList;
import java.util.List;

/** What the patterns of one connection that match one channel ask together: the most demanding decides. */
final class Terms {
    private final List<Subscription> subscriptions = new ArrayList<>(1);
    private Mode mode = Mode.LATEST;
    private Tier tier = Tier.HZ1;
    private boolean closeWhenFull;
    private long maxAgeMillis;

    List<Subscription> subscriptions() {
        return subscriptions;
    }

    Mode mode() {
        return mode;
    }

    Tier tier() {
        return tier;
    }

    /** Whether one of them rather ends than has a gap. */
    boolean closeWhenFull() {
        return closeWhenFull;
    }

    /** The longest age that one of them permits; 0 for any. */
    long maxAgeMillis() {
        return maxAgeMillis;
    }

    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    /** Chooses anew; whether the mode is another one now. */
    boolean settle() {
        Mode before = mode;
        mode = Mode.LATEST;
        tier = Tier.HZ1;
        closeWhenFull = false;
        boolean anyAge = subscriptions.isEmpty();
        long longest = 0;
        for (Subscription subscription : subscriptions) {
            closeWhenFull |= subscription.closeWhenFull();
            if (subscription.mode() == Mode.ALL) {
                mode = Mode.ALL;
            }
            if (subscription.tier().compareTo(tier) > 0) {
                tier = subscription.tier();
            }
            anyAge |= subscription.maxAgeMillis() == 0;
            longest = Math.max(longest, subscription.maxAgeMillis());
        }
        maxAgeMillis = anyAge ? 0 : longest;
        return mode != before;
    }
}
