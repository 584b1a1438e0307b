package io.xy.gateway.natsbridge.stream;

import io.xy.gateway.shared.message.Interest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The fan-out instances that want something, with their leases, and the way from a subject to them. */
final class Consumers {
    /** Fan-out instances of the whole cluster that one bridge serves. */
    static final int MAX_CONSUMERS = 1_024;

    /** Patterns of one consumer. */
    static final int MAX_PATTERNS = 65_536;

    private static final Logger LOG = LoggerFactory.getLogger(Consumers.class);

    private final SubscriptionPlan plan;
    private final Function<Interest, Outbox> opening;
    private final BiConsumer<Outbox, Set<String>> newcomer;
    private final Map<String, Outbox> byKey = new LinkedHashMap<>();
    private final PatternTree<Outbox> routes = new PatternTree<>();
    private long version;

    /**
     * @param opening makes the outbox of a new consumer
     * @param newcomer told what a consumer wants that it did not want before
     */
    Consumers(SubscriptionPlan plan, Function<Interest, Outbox> opening, BiConsumer<Outbox, Set<String>> newcomer) {
        this.plan = plan;
        this.opening = opening;
        this.newcomer = newcomer;
    }

    Collection<Outbox> all() {
        return byKey.values();
    }

    boolean isFull() {
        return byKey.size() >= MAX_CONSUMERS;
    }

    boolean knows(String key) {
        return byKey.containsKey(key);
    }

    /** Takes the list of the consumer as it is now; an older revision only proves that it lives. */
    void onInterest(Interest interest, long now) {
        Outbox consumer = byKey.get(interest.consumer());
        if (interest.patterns().isEmpty()) {
            if (consumer != null && interest.revision() >= consumer.revision) {
                forget(consumer, now);
            }
            return;
        }
        if (consumer == null) {
            consumer = opening.apply(interest);
            byKey.put(consumer.key, consumer);
        }
        consumer.leaseEnd = now + interest.leaseMillis();
        if (interest.revision() > consumer.revision) {
            consumer.revision = interest.revision();
            change(consumer, wellFormed(interest), now);
        }
    }

    void forget(Outbox consumer, long now) {
        if (byKey.remove(consumer.key, consumer)) {
            change(consumer, Set.of(), now);
        }
    }

    /** Forgets every consumer that fits; whether there was one. */
    boolean forgetIf(Predicate<Outbox> fits, long now) {
        List<Outbox> gone = new ArrayList<>();
        for (Outbox consumer : byKey.values()) {
            if (fits.test(consumer)) {
                gone.add(consumer);
            }
        }
        for (Outbox consumer : gone) {
            forget(consumer, now);
        }
        return !gone.isEmpty();
    }

    /** Who gets the subject, each once; kept with the subject until somebody's list changes. */
    List<Outbox> route(SubjectState state) {
        if (state.routeVersion != version) {
            Set<Outbox> found = new HashSet<>();
            routes.match(state.subject, found::add);
            state.route = List.copyOf(found);
            state.routeVersion = version;
        }
        return state.route;
    }

    @Nullable
    Outbox find(String key) {
        return byKey.get(key);
    }

    private void change(Outbox consumer, Set<String> patterns, long now) {
        Set<String> fresh = new HashSet<>();
        for (String pattern : patterns) {
            if (!consumer.patterns.contains(pattern)) {
                plan.want(pattern, now);
                routes.add(pattern, consumer);
                fresh.add(pattern);
            }
        }
        for (String pattern : consumer.patterns) {
            if (!patterns.contains(pattern)) {
                plan.release(pattern, now);
                routes.remove(pattern, consumer);
            }
        }
        consumer.patterns = patterns;
        version++;
        if (!fresh.isEmpty()) {
            newcomer.accept(consumer, fresh);
        }
    }

    /** One bad pattern does not cost a consumer the others. */
    private static Set<String> wellFormed(Interest interest) {
        Set<String> patterns = new HashSet<>();
        int bad = 0;
        for (String pattern : interest.patterns()) {
            if (StreamSubjects.isPattern(pattern)) {
                patterns.add(pattern);
            } else {
                bad++;
            }
        }
        if (bad > 0) {
            LOG.warn("{} of the patterns of {} cannot be subscribed and are left out", bad, interest.consumer());
        }
        return patterns;
    }
}
