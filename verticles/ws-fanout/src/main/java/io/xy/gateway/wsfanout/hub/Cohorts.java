package io.xy.gateway.wsfanout.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cohorts of one hub, by what their members get. */
final class Cohorts {
    private final Hub hub;
    private final Map<Set<Channel>, List<Cohort>> byChannels = new HashMap<>();

    Cohorts(Hub hub) {
        this.hub = hub;
    }

    int size() {
        return byChannels.values().stream().mapToInt(List::size).sum();
    }

    /** Takes a connection at rest into a cohort. */
    void take(Outbox outbox) {
        List<Cohort> alike = byChannels.get(outbox.bindings().keySet());
        if (alike != null) {
            for (Cohort cohort : alike) {
                if (!cohort.isFull()) {
                    cohort.add(outbox);
                    return;
                }
            }
        }
        open(Set.copyOf(outbox.bindings().keySet())).add(outbox);
    }

    /** The last member has left. */
    void forget(Cohort cohort) {
        List<Cohort> alike = byChannels.get(cohort.channels());
        if (alike != null && alike.remove(cohort)) {
            cohort.channels().forEach(channel -> channel.cohorts().remove(cohort));
            if (alike.isEmpty()) {
                byChannels.remove(cohort.channels());
            }
        }
    }

    private Cohort open(Set<Channel> channels) {
        Cohort cohort = new Cohort(hub, channels);
        byChannels.computeIfAbsent(channels, absent -> new ArrayList<>(1)).add(cohort);
        channels.forEach(channel -> channel.cohorts().add(cohort));
        return cohort;
    }
}
