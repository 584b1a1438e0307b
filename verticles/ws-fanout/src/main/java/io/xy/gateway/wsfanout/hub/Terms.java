package io.xy.gateway.wsfanout.hub;

import java.util.ArrayList;
import java.util.List;

/** What the patterns of one connection that match one channel ask together: the most demanding decides. */
final class Terms {
    private final List<Subscription> subscriptions = new ArrayList<>(1);
    private Mode mode = Mode.LATEST;
    private Tier tier = Tier.HZ1;
    private boolean closeWhenFull;

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
        for (Subscription subscription : subscriptions) {
            closeWhenFull |= subscription.closeWhenFull();
            if (subscription.mode() == Mode.ALL) {
                mode = Mode.ALL;
            }
            if (subscription.tier().compareTo(tier) > 0) {
                tier = subscription.tier();
            }
        }
        return mode != before;
    }
}
