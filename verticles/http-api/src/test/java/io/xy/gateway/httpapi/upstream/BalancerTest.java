package io.xy.gateway.httpapi.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How instances are chosen, left out and taken in again. */
@Tag("B4")
class BalancerTest {
    private static final UpstreamConfig.Health HEALTH = new UpstreamConfig.Health("/h", 100, 2, 2, 3, 60_000, 50);

    private final List<Instance> instances = new ArrayList<>();

    private Balancer balancer(UpstreamConfig.Choice choice, int count) {
        List<UpstreamConfig.Url> urls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            urls.add(new UpstreamConfig.Url(false, "10.0.0." + i, 80));
            instances.add(new Instance(urls.get(i), HEALTH, null));
        }
        UpstreamConfig config = new UpstreamConfig(
                "up",
                urls,
                null,
                new UpstreamConfig.Balance(choice, ""),
                UpstreamConfig.Protocol.HTTP1,
                new UpstreamConfig.Tls(true, "", "", ""),
                new UpstreamConfig.Limits(1, 1, 1, 1, 1, 1),
                HEALTH,
                new UpstreamConfig.Retry(1, 0, 1),
                new UpstreamConfig.Breaker(0, 1_000, 1));
        return new Balancer(config, instances);
    }

    private Map<Instance, Integer> shares(Balancer balancer, int calls) {
        Map<Instance, Integer> shares = new HashMap<>();
        for (int i = 0; i < calls; i++) {
            shares.merge(balancer.choose("key-" + i, null), 1, Integer::sum);
        }
        return shares;
    }

    @Test
    void roundRobinGivesEachTheSame() {
        assertThat(shares(balancer(UpstreamConfig.Choice.ROUND_ROBIN, 3), 300).values())
                .containsExactly(100, 100, 100);
    }

    @Test
    void theLeastBusyIsChosen() {
        Balancer balancer = balancer(UpstreamConfig.Choice.LEAST_REQUESTS, 3);
        instances.get(0).enter();
        instances.get(2).enter();

        assertThat(shares(balancer, 10)).containsOnlyKeys(instances.get(1));
    }

    @Test
    void ofTwoTheBetterIsChosen() {
        Balancer balancer = balancer(UpstreamConfig.Choice.POWER_OF_TWO, 2);
        instances.get(0).enter();

        Map<Instance, Integer> shares = shares(balancer, 1_000);

        assertThat(shares.get(instances.get(1))).isGreaterThan(600);
    }

    @Test
    void aKeyStaysWithItsInstanceAndMovesOnlyWhenThatIsOut() {
        Balancer balancer = balancer(UpstreamConfig.Choice.CONSISTENT_HASH, 4);
        Map<String, Instance> before = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            before.put("key-" + i, balancer.choose("key-" + i, null));
        }
        assertThat(shares(balancer, 1_000).values()).allMatch(share -> share > 100 && share < 450);
        Instance out = instances.get(2);
        out.probed(false);
        out.probed(false);

        before.forEach((key, instance) -> {
            Instance now = balancer.choose(key, null);
            assertThat(now).isNotSameAs(out);
            if (instance != out) {
                assertThat(now).isSameAs(instance);
            }
        });
    }

    @Test
    void whatAnswersItsHealthQuestionsIsTakenInAgain() {
        Balancer balancer = balancer(UpstreamConfig.Choice.ROUND_ROBIN, 2);
        Instance one = instances.get(0);
        one.probed(false);
        assertThat(shares(balancer, 10)).containsKey(one);
        one.probed(false);
        assertThat(shares(balancer, 10)).doesNotContainKey(one);
        one.probed(true);
        one.probed(false);
        one.probed(true);
        assertThat(shares(balancer, 10)).doesNotContainKey(one);
        one.probed(true);
        assertThat(shares(balancer, 10)).containsKey(one);
    }

    @Test
    void failuresEjectAtMostTheAllowedShareAndNeverAll() {
        Balancer balancer = balancer(UpstreamConfig.Choice.ROUND_ROBIN, 4);
        long now = System.nanoTime();
        for (Instance instance : instances) {
            assertThat(instance.failed()).isFalse();
            assertThat(instance.failed()).isFalse();
            assertThat(instance.failed()).isTrue();
            balancer.eject(instance, now);
        }

        assertThat(instances.stream().filter(each -> each.isEjected(now))).hasSize(2);
        assertThat(instances.get(0).isEjected(now + 61_000_000_000L)).isFalse();
    }

    @Test
    void whenNoneIsWellAllAreTried() {
        Balancer balancer = balancer(UpstreamConfig.Choice.ROUND_ROBIN, 2);
        for (Instance instance : instances) {
            instance.probed(false);
            instance.probed(false);
        }

        assertThat(shares(balancer, 10)).hasSize(2);
        assertThat(balancer.choose("", instances.get(0))).isSameAs(instances.get(1));
    }
}
