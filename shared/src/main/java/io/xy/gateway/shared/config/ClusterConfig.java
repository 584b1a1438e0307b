package io.xy.gateway.shared.config;

import java.util.List;

/**
 * How nodes find each other.
 *
 * @param members host:port of the members to ask; empty and enabled means that this is the first one
 * @param expectedNodes 0 when unknown
 */
public record ClusterConfig(
        boolean enabled,
        String name,
        String host,
        int port,
        List<String> members,
        String kubernetesDns,
        String eventBusHost,
        int eventBusPort,
        int expectedNodes) {
    static ClusterConfig read(Section s) {
        ClusterConfig config = new ClusterConfig(
                s.flag("enabled", false).env("CLUSTER_ENABLED").read("Join other nodes"),
                s.text("name", "xy-gateway")
                        .env("CLUSTER_NAME")
                        .read("Nodes of another name are not joined; not a secret"),
                s.text("host", "127.0.0.1").env("CLUSTER_HOST").read("Private address that Hazelcast binds"),
                s.integer("port", 5701).env("CLUSTER_PORT").range(0, 65_535).readInt("Port of Hazelcast"),
                s.texts("members", List.of())
                        .env("CLUSTER_MEMBERS")
                        .form("[^\\s:]+(:[0-9]{1,5})?", "host or host:port")
                        .read("Members to ask, as host:port"),
                s.text("kubernetes-dns", "")
                        .env("CLUSTER_KUBERNETES_DNS")
                        .read("Headless service to look members up in; instead of members"),
                s.text("event-bus-host", "127.0.0.1")
                        .env("EVENT_BUS_HOST")
                        .read("Private address that the event bus binds: whoever reaches it controls the node"),
                s.integer("event-bus-port", 0)
                        .env("EVENT_BUS_PORT")
                        .range(0, 65_535)
                        .readInt("Port of the event bus; 0 takes a free one"),
                s.integer("expected-nodes", 0)
                        .env("CLUSTER_EXPECTED_NODES")
                        .range(0, 100)
                        .readInt("Nodes of the whole cluster; 0 when unknown"));
        s.done();
        return config;
    }
}
