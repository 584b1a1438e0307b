package io.xy.gateway.cluster;

import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.config.JwtConfig;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.Subjects;
import io.xy.gateway.shared.security.TokenIssuer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code token --sub S --role R [--subjects P,...] [--accounts A,...] [--ttl 1h]}: prints an access token. */
final class TokenCommand {
    private static final Set<String> OPTIONS = Set.of("sub", "role", "subjects", "accounts", "ttl", "conf");
    private static final Set<String> ROLES = Set.of(Principal.ADMIN, Principal.OPERATOR, Principal.VIEWER);
    private static final Pattern TTL = Pattern.compile("([1-9][0-9]{0,8})(s|m|h|d)");
    private static final long MAX_TTL_MILLIS = 30L * 86_400_000;
    private static final String USAGE =
            "usage: token --sub NAME --role admin|operator|viewer [--subjects P,...] [--accounts A,...] [--ttl 1h]";

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    TokenCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    int execute(List<String> args) {
        Map<String, String> options =
                new HashMap<>(Map.of("ttl", "1h", "subjects", "", "accounts", "*", "conf", "conf"));
        for (int i = 0; i < args.size(); i += 2) {
            String name = args.get(i).startsWith("--") ? args.get(i).substring(2) : "";
            if (!OPTIONS.contains(name) || i + 1 == args.size()) {
                return refuse("unknown or incomplete option '" + args.get(i) + "'");
            }
            options.put(name, args.get(i + 1));
        }
        String subject = options.getOrDefault("sub", "");
        String role = options.getOrDefault("role", "");
        long ttl = millis(options.getOrDefault("ttl", ""));
        List<String> subjects = list(options.getOrDefault("subjects", ""));
        if (subject.isEmpty()) {
            return refuse("--sub is required");
        }
        if (!ROLES.contains(role)) {
            return refuse("--role is '" + role + "'; allowed: admin, operator, viewer");
        }
        if (ttl <= 0 || ttl > MAX_TTL_MILLIS) {
            return refuse("--ttl must be like 90s, 15m, 1h or 7d, at most 30d");
        }
        for (String pattern : subjects) {
            if (!Subjects.isPattern(pattern)) {
                return refuse("--subjects has '" + pattern + "', which is neither a subject nor a pattern");
            }
        }
        Principal principal = new Principal(
                subject, subject, role, List.of(), list(options.getOrDefault("accounts", "")), subjects, "", 0);
        return print(principal, ttl, Path.of(options.getOrDefault("conf", "conf")));
    }

    private int print(Principal principal, long ttl, Path directory) {
        JwtConfig config;
        try {
            config = Start.read(directory, environment).config().jwt();
        } catch (InvalidConfiguration e) {
            GatewayMain.printProblems(err, e);
            return GatewayMain.INVALID_CONFIGURATION;
        }
        if (config.secret().isEmpty()) {
            err.println("this configuration has no secret to sign with (JWT_SECRET); use your token issuer");
            return GatewayMain.INVALID_CONFIGURATION;
        }
        Vertx vertx = Vertx.vertx();
        try {
            out.println(new TokenIssuer(vertx, config).issue(principal, ttl));
        } finally {
            vertx.close().await();
        }
        return GatewayMain.OK;
    }

    private int refuse(String why) {
        err.println(why);
        err.println(USAGE);
        return GatewayMain.USAGE;
    }

    private static List<String> list(String text) {
        return text.isBlank() ? List.of() : List.of(text.split(","));
    }

    private static long millis(String text) {
        Matcher matcher = TTL.matcher(text);
        if (!matcher.matches()) {
            return -1;
        }
        long factor =
                switch (matcher.group(2)) {
                    case "s" -> 1_000L;
                    case "m" -> 60_000L;
                    case "h" -> 3_600_000L;
                    default -> 86_400_000L;
                };
        return Long.parseLong(matcher.group(1)) * factor;
    }
}
