package io.xy.gateway.cluster;

import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.shared.security.Principal;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code key --client C --role R [--accounts A,...] [--ttl 90d]}: prints a new API key, which is kept nowhere, and the
 * line of configuration that accepts it.
 */
final class KeyCommand {
    private static final Set<String> OPTIONS = Set.of("client", "role", "accounts", "ttl", "conf");
    private static final Set<String> ROLES = Set.of(Principal.ADMIN, Principal.OPERATOR, Principal.VIEWER);
    private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final Pattern ACCOUNTS = Pattern.compile("\\*|[A-Za-z0-9._-]{1,64}(,[A-Za-z0-9._-]{1,64})*");
    private static final Pattern TTL = Pattern.compile("([1-9][0-9]{0,3})(h|d)");
    private static final long MAX_HOURS = 366L * 24;
    private static final String USAGE =
            "usage: key --client NAME --role admin|operator|viewer [--accounts A,...|*] [--ttl 90d]";

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    KeyCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    int execute(List<String> args) {
        Map<String, String> options =
                new HashMap<>(Map.of("client", "", "role", "", "accounts", "*", "ttl", "90d", "conf", "conf"));
        for (int i = 0; i < args.size(); i += 2) {
            String name = args.get(i).startsWith("--") ? args.get(i).substring(2) : "";
            if (!OPTIONS.contains(name) || i + 1 == args.size()) {
                return refuse("unknown or incomplete option '" + args.get(i) + "'");
            }
            options.put(name, args.get(i + 1));
        }
        String problem = problem(options);
        return problem.isEmpty() ? print(options) : refuse(problem);
    }

    private static String problem(Map<String, String> options) {
        if (!CLIENT.matcher(options.getOrDefault("client", "")).matches()) {
            return "--client is required: letters, digits, dots, dashes";
        }
        if (!ROLES.contains(options.getOrDefault("role", ""))) {
            return "--role is '" + options.get("role") + "'; allowed: admin, operator, viewer";
        }
        if (!ACCOUNTS.matcher(options.getOrDefault("accounts", "")).matches()) {
            return "--accounts must be * or names separated by commas";
        }
        long hours = hours(options.getOrDefault("ttl", ""));
        return hours > 0 && hours <= MAX_HOURS ? "" : "--ttl must be like 12h or 90d, at most 366d";
    }

    private int print(Map<String, String> options) {
        GatewayConfig config;
        try {
            config = Start.read(Path.of(options.getOrDefault("conf", "conf")), environment)
                    .config();
        } catch (InvalidConfiguration e) {
            GatewayMain.printProblems(err, e);
            return GatewayMain.INVALID_CONFIGURATION;
        }
        if (config.apiKeys().pepper().isEmpty()
                && (config.node().production() || config.jwt().secret().isEmpty())) {
            err.println("this configuration has no pepper to hash with (API_KEY_PEPPER)");
            return GatewayMain.INVALID_CONFIGURATION;
        }
        String key = ApiKeys.create();
        String hash = new ApiKeys(config.apiKeys(), config.jwt()).hash(key);
        Instant expires = Instant.now()
                .plus(hours(options.getOrDefault("ttl", "")), ChronoUnit.HOURS)
                .truncatedTo(ChronoUnit.SECONDS);
        String accounts = "'" + options.getOrDefault("accounts", "").replace(",", "', '") + "'";
        out.println("# The key, shown this once; its holder sends it as X-API-Key:");
        out.println(key);
        out.println("# What accepts it, in gateway.yaml below api-keys: keys:");
        out.println("- {id: '" + ApiKeys.id(key) + "', client: '" + options.get("client") + "', role: "
                + options.get("role") + ", accounts: [" + accounts + "], hash: '" + hash + "', expires: '" + expires
                + "'}");
        return GatewayMain.OK;
    }

    private int refuse(String why) {
        err.println(why);
        err.println(USAGE);
        return GatewayMain.USAGE;
    }

    private static long hours(String text) {
        Matcher matcher = TTL.matcher(text);
        return matcher.matches()
                ? Long.parseLong(matcher.group(1)) * (matcher.group(2).equals("d") ? 24 : 1)
                : 0;
    }
}
