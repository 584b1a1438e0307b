package io.xy.gateway.shared.config.upstream;

import io.xy.gateway.shared.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** Reads one upstream. */
final class UpstreamReader {
    private UpstreamReader() {}

    static UpstreamConfig read(String name, Section s) {
        if (!name.matches("[a-z0-9_.-]{1,64}")) {
            s.problem("", "is no name; allowed: small letters, digits, dots, dashes and underscores");
        }
        UpstreamConfig upstream = new UpstreamConfig(
                name,
                urls(s),
                s.unset("urls"),
                balance(s),
                s.word("protocol", UpstreamConfig.Protocol.HTTP1).read("What is spoken"),
                tls(s.section("tls")),
                limits(s),
                health(s.section("health")),
                retry(s.section("retry")),
                breaker(s.section("breaker")));
        s.done();
        return upstream;
    }

    private static List<UpstreamConfig.Url> urls(Section s) {
        List<UpstreamConfig.Url> urls = new ArrayList<>();
        for (String text : s.texts("urls", List.of()).read("Base URLs of the instances")) {
            try {
                URI uri = new URI(text);
                boolean tls = "https".equals(uri.getScheme());
                boolean bare = (uri.getRawPath() == null || uri.getRawPath().length() <= 1)
                        && uri.getRawQuery() == null
                        && uri.getRawUserInfo() == null;
                if ((tls || "http".equals(uri.getScheme())) && uri.getHost() != null && bare) {
                    int port = uri.getPort() < 0 ? tls ? 443 : 80 : uri.getPort();
                    urls.add(new UpstreamConfig.Url(tls, uri.getHost(), port));
                    continue;
                }
            } catch (URISyntaxException e) {
                // Told below, with all other forms of wrong.
            }
            s.problem("urls", "has '" + text + "'; allowed: http://host:port or https://host:port, without a path");
        }
        if (!s.has("urls") || urls.isEmpty()) {
            s.problem("urls", "needs at least one URL");
        }
        return urls;
    }

    private static UpstreamConfig.Balance balance(Section s) {
        UpstreamConfig.Choice choice =
                s.word("balance", UpstreamConfig.Choice.LEAST_REQUESTS).read("How an instance is chosen");
        String key = s.text("balance-key", "")
                .form("|principal|(header|path)\\.[A-Za-z0-9-]+", "principal, header.NAME or path.NAME")
                .read("Key of a consistent hash");
        if ((choice == UpstreamConfig.Choice.CONSISTENT_HASH) == key.isEmpty()) {
            s.problem("balance-key", "belongs to the balance consistent-hash, which needs it");
        }
        return new UpstreamConfig.Balance(choice, key);
    }

    private static UpstreamConfig.Tls tls(Section s) {
        UpstreamConfig.Tls tls = new UpstreamConfig.Tls(
                s.flag("verify", true).read("Whether certificate and host name are checked"),
                s.text("ca", "").read("File with the certificates that are trusted"),
                s.text("certificate", "").read("File with the gateway's own certificate"),
                s.text("key", "").read("File with the key of that certificate"));
        if (tls.certificate().isEmpty() != tls.key().isEmpty()) {
            s.problem("key", "and certificate need each other");
        }
        s.done();
        return tls;
    }

    private static UpstreamConfig.Limits limits(Section s) {
        return new UpstreamConfig.Limits(
                s.duration("connect-timeout", 1_000).range(10, 30_000).readInt("Longest time to connect"),
                s.duration("request-timeout", 10_000).range(10, 300_000).read("Longest time to the head of an answer"),
                s.duration("idle-timeout", 60_000).range(100, 3_600_000).read("Longest silence within a body"),
                (int) (s.duration("keep-alive", 15_000)
                                .range(1_000, 600_000)
                                .read("How long an unused connection is kept; shorter than the upstream keeps it")
                        / 1_000),
                s.integer("max-connections", 256).range(1, 65_535).readInt("Connections to each instance"),
                s.integer("concurrency", 1_000).range(1, 100_000).readInt("Requests in flight"));
    }

    private static UpstreamConfig.Health health(Section s) {
        UpstreamConfig.Health health = new UpstreamConfig.Health(
                s.text("path", "").form("|/[!-~]*", "an absolute path").read("Path that is asked; empty asks nothing"),
                s.duration("interval", 5_000).range(50, 600_000).read("Between two questions"),
                s.integer("unhealthy-after", 3).range(1, 100).readInt("Failed questions until it is left out"),
                s.integer("healthy-after", 2).range(1, 100).readInt("Answered questions until it is taken in"),
                s.integer("failures", 5).range(0, 1_000).readInt("Failed requests in a row until it is ejected"),
                s.duration("eject", 10_000).range(10, 3_600_000).read("How long it stays ejected"),
                s.integer("max-ejected", 50).range(0, 100).readInt("Percentage that may be ejected at once"));
        s.done();
        return health;
    }

    private static UpstreamConfig.Retry retry(Section s) {
        UpstreamConfig.Retry retry = new UpstreamConfig.Retry(
                s.integer("attempts", 3).range(1, 10).readInt("Attempts of what may be repeated"),
                s.integer("budget", 20).range(0, 100).readInt("Repeats per hundred requests"),
                s.duration("backoff", 50).range(1, 10_000).read("Longest wait before the first repeat"));
        s.done();
        return retry;
    }

    private static UpstreamConfig.Breaker breaker(Section s) {
        UpstreamConfig.Breaker breaker = new UpstreamConfig.Breaker(
                s.integer("failures", 10).range(0, 100_000).readInt("Failures within the window that open it"),
                s.duration("window", 10_000).range(1_000, 600_000).read("Window, in whole seconds"),
                s.duration("open", 10_000).range(10, 600_000).read("Time until a request is let through on trial"));
        s.done();
        return breaker;
    }
}
