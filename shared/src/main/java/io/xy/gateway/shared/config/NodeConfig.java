package io.xy.gateway.shared.config;

import io.xy.gateway.shared.message.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Who this node is and what it runs.
 *
 * @param id unique in the cluster; letters, digits and dashes
 * @param drainMillis how long a stopping node finishes what it has
 */
public record NodeConfig(String id, Profile profile, Set<Role> roles, long drainMillis, int instances) {
    static NodeConfig read(Section s) {
        String id = s.text("id", generatedId())
                .env("XY_NODE_ID")
                .form("[A-Za-z0-9-]{1,63}", "1 to 63 letters, digits and dashes")
                .read("Name of the node, unique in the cluster; generated when absent");
        Profile profile = profile(s);
        List<String> words = s.texts("roles", List.of("all"))
                .env("SERVICE_TYPE")
                .read("What the node runs: `all` (the five verticles; `api-gateway` means the same), or a list of"
                        + " http-api, ws-fanout, zmq-bridge, nats-bridge, health, simulator");
        long drain = s.duration("drain", 10_000)
                .env("XY_DRAIN")
                .range(0, 300_000)
                .read("How long a stopping node finishes what it has");
        int instances = s.integer("instances", 0)
                .env("XY_INSTANCES")
                .range(0, 64)
                .readInt("Instances of HttpApi and WsFanout, one per event loop; 0 means one per core");
        int loops = instances == 0 ? Runtime.getRuntime().availableProcessors() : instances;
        Set<Role> roles = roles(s, words, profile);
        s.done();
        return new NodeConfig(id, profile, roles, drain, loops);
    }

    public boolean runs(Role role) {
        return roles.contains(role);
    }

    public boolean production() {
        return profile == Profile.PRODUCTION;
    }

    private static String generatedId() {
        return "gw-" + Long.toString(ProcessHandle.current().pid(), 36) + "-"
                + Long.toString(System.currentTimeMillis() % 60_466_176, 36);
    }

    private static Profile profile(Section s) {
        boolean nodeEnvProduction = "production".equals(s.reading().variable("NODE_ENV"));
        return s.word("profile", nodeEnvProduction ? Profile.PRODUCTION : Profile.DEV)
                .env("XY_PROFILE")
                .read("`dev` or `production`; NODE_ENV=production counts too when XY_PROFILE is absent");
    }

    private static Set<Role> roles(Section s, List<String> words, Profile profile) {
        Set<Role> roles = EnumSet.of(Role.HEALTH);
        for (String word : words) {
            String name = word.toLowerCase(Locale.ROOT);
            if (name.equals("all") || name.equals("api-gateway")) {
                roles.addAll(EnumSet.complementOf(EnumSet.of(Role.SIMULATOR)));
                if (profile == Profile.DEV) {
                    roles.add(Role.SIMULATOR);
                }
                continue;
            }
            Role role = Role.of(name);
            if (role == null) {
                s.problem(
                        "roles",
                        "has '" + word + "'; allowed: " + String.join(", ", roleWords())
                                + Nearest.hint(name, roleWords()));
            } else {
                roles.add(role);
            }
        }
        return roles;
    }

    private static List<String> roleWords() {
        List<String> words = new ArrayList<>(List.of("all", "api-gateway"));
        for (Role role : Role.values()) {
            words.add(role.word());
        }
        return words;
    }
}
