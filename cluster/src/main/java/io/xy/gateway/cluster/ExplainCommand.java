package io.xy.gateway.cluster;

import io.vertx.core.Vertx;
import io.xy.gateway.httpapi.HttpApiVerticle;
import io.xy.gateway.httpapi.explain.Trace;
import io.xy.gateway.httpapi.routing.CanonicalPath;
import io.xy.gateway.shared.bus.Codecs;
import io.xy.gateway.shared.config.InvalidConfiguration;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * {@code explain METHOD PATH [-H 'Name: value']... [--token T] [-d BODY] [--json]}: what would become of a request. The
 * REST side itself decides, on a port of its own that nobody else reaches, and says instead of sending; no node needs to
 * run. Ends with 0 when a service would be asked or the gateway would answer itself, with 1 when it would refuse.
 */
final class ExplainCommand {
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,16}");
    private static final Pattern TARGET = Pattern.compile("[!-~]{1,4000}");
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}:[\\t -~]{0,8000}");
    private static final long TIMEOUT_MILLIS = 20_000;
    private static final String USAGE =
            "usage: explain METHOD PATH [-H 'Name: value']... [--token T] [-d BODY] [--json]";

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    ExplainCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    int execute(List<String> args) {
        List<String> words = new ArrayList<>();
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Host", "localhost"));
        String conf = "conf";
        String body = "";
        boolean json = false;
        for (int i = 0; i < args.size(); i++) {
            String word = args.get(i);
            if (word.equals("--json")) {
                json = true;
                continue;
            }
            if (!word.startsWith("-")) {
                words.add(word);
                continue;
            }
            if (++i == args.size()) {
                return refuse("'" + word + "' needs a value");
            }
            String value = args.get(i);
            switch (word) {
                case "-H" -> {
                    if (!HEADER.matcher(value).matches()) {
                        return refuse("-H must be like 'Name: value'");
                    }
                    int colon = value.indexOf(':');
                    headers.put(
                            value.substring(0, colon),
                            value.substring(colon + 1).strip());
                }
                case "--token" -> headers.put("Authorization", "Bearer " + value.strip());
                case "-d" -> body = value;
                case "--conf" -> conf = value;
                default -> {
                    return refuse("unknown option '" + word + "'");
                }
            }
        }
        if (words.size() != 2
                || !METHOD.matcher(words.get(0)).matches()
                || !TARGET.matcher(words.get(1)).matches()) {
            return refuse("METHOD and PATH are required, as in: explain GET /api/v1/accounts");
        }
        if (headers.values().stream().anyMatch(value -> value.chars().anyMatch(c -> c < ' ' && c != '\t'))) {
            return refuse("a header must not have line breaks");
        }
        return explain(Path.of(conf), new ExplainedRequest(words.get(0), words.get(1), headers, body), json);
    }

    private int explain(Path directory, ExplainedRequest request, boolean json) {
        Start start;
        try {
            start = Start.read(directory, environment);
        } catch (InvalidConfiguration e) {
            GatewayMain.printProblems(err, e);
            return GatewayMain.INVALID_CONFIGURATION;
        }
        CanonicalPath path = CanonicalPath.of(request.target());
        Explanation explanation = path != null && !Explanation.hasRoute(start.routes(), path.path())
                ? Explanation.ofNoRoute(request, path.path(), start.routes())
                : answered(start, request, path == null ? "" : path.path());
        if (json) {
            out.println(explanation.json());
        } else {
            explanation.lines().forEach(out::println);
        }
        return explanation.isServed() ? GatewayMain.OK : GatewayMain.FAILED;
    }

    private Explanation answered(Start start, ExplainedRequest request, String path) {
        Trace trace = new Trace();
        Vertx vertx = Vertx.vertx();
        Codecs.register(vertx, false);
        try {
            HttpApiVerticle front = HttpApiVerticle.explaining(start.config(), start.routes(), trace);
            vertx.deployVerticle(front).await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            return Explanation.of(request, path, trace, request.send(front.port()));
        } catch (IOException | TimeoutException e) {
            return Explanation.of(
                    request,
                    path,
                    trace,
                    new ExplainedRequest.Answer(0, "nothing came back: " + e.getMessage(), Map.of()));
        } finally {
            vertx.close().await();
        }
    }

    private int refuse(String why) {
        err.println(why);
        err.println(USAGE);
        return GatewayMain.USAGE;
    }

    /** The bytes of a text as they go into a request. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
