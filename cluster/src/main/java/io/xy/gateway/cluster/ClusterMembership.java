package io.xy.gateway.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.xy.gateway.shared.config.ClusterConfig;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hazelcast for Vert.x: only the members that are named, quick to notice a dead one. The lifetime is ours: Vert.x closes
 * it, no hook of its own.
 */
final class ClusterMembership {
    private static final String NODE = "xy.node";
    private static final int MAP_ENTRIES = 100_000;

    private ClusterMembership() {}

    /**
     * @param refreshMillis life of a refresh token
     */
    static HazelcastClusterManager manager(ClusterConfig cluster, String node, long refreshMillis) {
        Config config = ConfigUtil.loadConfig();
        config.setClusterName(cluster.name());
        config.getMemberAttributeConfig().setAttribute(NODE, node);
        network(config, cluster);
        detection(config);
        // Losing several nodes at once must not lose subscriptions.
        config.getMultiMapConfig("__vertx.subs").setBackupCount(2);
        config.getMapConfig("__vertx.haInfo").setBackupCount(2);
        config.getMapConfig("__vertx.nodeInfo").setBackupCount(2);
        sessions(config, refreshMillis);
        return new HazelcastClusterManager(config);
    }

    /** Beyond the limits what was longest unused is forgotten; nothing outlives the last token that it is about. */
    private static void sessions(Config config, long refreshMillis) {
        for (String map : List.of("xy.sessions", "xy.revoked")) {
            config.getMapConfig(map)
                    .setBackupCount(2)
                    .setTimeToLiveSeconds((int) Math.min(Integer.MAX_VALUE, refreshMillis / 1_000 + 1))
                    .setEvictionConfig(new EvictionConfig()
                            .setEvictionPolicy(EvictionPolicy.LRU)
                            .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                            .setSize(MAP_ENTRIES));
        }
    }

    /** Tells the listener the name of each node that leaves; called on a thread of Hazelcast's. */
    static void onLeave(HazelcastInstance instance, Consumer<String> listener) {
        instance.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                // Health reports tell who serves what.
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                String node = event.getMember().getAttribute(NODE);
                if (node != null) {
                    listener.accept(node);
                }
            }
        });
    }

    private static void network(Config config, ClusterConfig cluster) {
        config.getNetworkConfig()
                .setPort(cluster.port())
                .setPortAutoIncrement(cluster.port() == 0)
                .setReuseAddress(true);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(cluster.host());
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        if (!cluster.kubernetesDns().isEmpty()) {
            join.getKubernetesConfig().setEnabled(true).setProperty("service-dns", cluster.kubernetesDns());
            return;
        }
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2);
        cluster.members().forEach(join.getTcpIpConfig()::addMember);
        if (cluster.members().isEmpty()) {
            join.getTcpIpConfig().addMember(cluster.host() + ":" + cluster.port());
        }
    }

    /** A frozen node is removed after 7 s instead of 61, and merged 4 s after it wakes instead of never. */
    private static void detection(Config config) {
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "6")
                .setProperty("hazelcast.merge.first.run.delay.seconds", "10")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
                .setProperty("hazelcast.operation.call.timeout.millis", "5000")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.max.wait.seconds.before.join", "0")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.partition.count", "31");
    }
}
