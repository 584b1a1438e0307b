package io.xy.gateway.httpapi.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.metrics.HttpMeters;
import io.xy.gateway.httpapi.routing.CanonicalPath;
import io.xy.gateway.httpapi.routing.RouteTable;
import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.Routes;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a back end makes of a path, it means the place that was decided on. */
@Tag("B8")
class PathAgreementTest {
    private static final String[] PARTS = {
        "/",
        "/",
        "/",
        "a",
        "admin",
        "public",
        "new",
        "..",
        ".",
        "%2e",
        "%2E",
        "%2f",
        "%5c",
        "\\",
        ";",
        ";a=b",
        "%3b",
        "//",
        "%61",
        "%41",
        "A",
        "%25",
        "%252e",
        "%252f",
        "%00",
        "%0a",
        "%20",
        "+",
        "%2b",
        "~",
        "*",
        "%c3%a9",
        "é",
        "%ef%bd%81",
        "%ef%bc%8f",
        "%ef%bc%8e",
        "%e2%84%aa",
        "%c2%85",
        "%e2%80%8b",
        "?",
        "#",
        "%3f",
        "%23",
        "=",
        "&",
        ":",
        "@",
        "%",
        "%7",
        "%zz",
        "x",
        "7"
    };

    /** What back ends are known to do with a path that they get. */
    private static final Map<String, UnaryOperator<String>> READERS = Map.of(
            "decodes", PathAgreementTest::decode,
            "decodes twice", path -> decode(decode(path)),
            "removes dots", path -> withoutDots(decode(path)),
            "removes dots, then decodes", path -> decode(withoutDots(path)),
            "joins slashes", path -> decode(path).replaceAll("/+", "/"),
            "cuts parameters", path -> decode(path.replaceAll(";[^/]*", "")),
            "turns backslashes", path -> withoutDots(decode(path).replace('\\', '/')),
            "normalises characters", path -> withoutDots(Normalizer.normalize(decode(path), Normalizer.Form.NFKC)),
            "stops at NUL", path -> decode(path).split("\0", 2)[0],
            "stops at a fragment", path -> decode(path.split("#", 2)[0]));

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        for (String segment : path.substring(1).split("/", -1)) {
            if (segment.equals("..")) {
                kept.pollLast();
            } else if (!segment.equals(".")) {
                kept.addLast(segment);
            }
        }
        return '/' + String.join("/", kept);
    }

    private static RouteTable table(Path directory) throws IOException {
        StringBuilder yaml = new StringBuilder("routes:\n");
        String[] paths = {
            "/public/{id}",
            "/public/admin",
            "/public/{id}/a",
            "/public/new/{x}",
            "/admin",
            "/admin/{id}",
            "/{x}",
            "/a/a/a"
        };
        for (int i = 0; i < paths.length; i++) {
            yaml.append("  - {name: r")
                    .append(i)
                    .append(", method: GET, path: '")
                    .append(paths[i]);
            yaml.append("', roles: any, target: {static: 1}}\n");
        }
        Files.writeString(directory.resolve("r.yaml"), yaml);
        List<RouteConfig> routes = Routes.read(directory, new Reading(Map.of()));
        return new RouteTable(
                routes,
                route -> new RouteTable.Route(
                        route, new Stage[0], new HttpMeters().route(route.method(), route.name())));
    }

    private static String decision(RouteTable table, String path) {
        RouteTable.Place place = table.find(path);
        RouteTable.Match match = place == null ? null : place.match("GET");
        return match == null ? "nothing" : match.route().config().name() + match.parameters();
    }

    @Test
    @Tag("T-2")
    void theDecisionIsTheSameWhateverTheReaderBehindDoes(@TempDir Path directory) throws IOException {
        RouteTable table = table(directory);
        Random random = new Random(2);
        int decided = 0;
        for (int i = 0; i < 300_000; i++) {
            StringBuilder text = new StringBuilder("/");
            for (int parts = random.nextInt(7); parts >= 0; parts--) {
                text.append(PARTS[random.nextInt(PARTS.length)]);
            }
            CanonicalPath canonical = CanonicalPath.of(text.toString());
            RouteTable.Place place = canonical == null ? null : table.find(canonical.path());
            RouteTable.Match match = place == null ? null : place.match("GET");
            if (canonical == null || match == null) {
                continue;
            }
            decided++;
            String sent = UriText.path(match.route().config().path(), match.parameters())
                    .toString();
            String decision = decision(table, canonical.path());
            assertThat(CanonicalPath.of(sent)).isEqualTo(new CanonicalPath(canonical.path(), ""));
            READERS.forEach((name, reader) -> assertThat(decision(table, reader.apply(sent)))
                    .as("%s, sent as %s to one that %s", text, sent, name)
                    .isEqualTo(decision));
        }
        assertThat(decided).isGreaterThan(5_000);
    }
}
