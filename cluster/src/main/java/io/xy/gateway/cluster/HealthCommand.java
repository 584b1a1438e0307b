package io.xy.gateway.cluster;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code health [URL]}: asks a running node how it is and prints the answer; ends with 0 when it is well. A URL without a
 * path asks for everything.
 */
final class HealthCommand {
    private static final String DEFAULT = "http://127.0.0.1:3003";
    private static final String EVERYTHING = "/health/detailed";
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final PrintStream out;
    private final PrintStream err;

    HealthCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    int execute(List<String> args) {
        URI uri = args.size() > 1 ? null : uri(args.isEmpty() ? DEFAULT : args.get(0));
        if (uri == null) {
            err.println("usage: health [http://host:port[/path]]");
            return GatewayMain.USAGE;
        }
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(uri).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
            out.println(uri + ": " + answer.statusCode());
            out.println(readable(answer.body()));
            return answer.statusCode() == 200 ? GatewayMain.OK : GatewayMain.FAILED;
        } catch (IOException e) {
            err.println(uri + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return GatewayMain.FAILED;
    }

    /** Null when the text is no URL. */
    private static @Nullable URI uri(String text) {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!http || uri.getHost() == null) {
                return null;
            }
            return uri.getPath().isEmpty() ? uri.resolve(EVERYTHING) : uri;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String readable(String body) {
        try {
            return new JsonObject(body).encodePrettily();
        } catch (DecodeException e) {
            return body;
        }
    }
}
