package io.xy.gateway.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code call METHOD PATH [-H 'Name: value']... [--token T] [-d BODY]}: asks a running node and prints what it answers;
 * ends with 0 when that is no failure. In place of a path, which is asked of this host, a URL may stand.
 */
final class CallCommand {
    private static final String HERE = "http://127.0.0.1:3001";
    private static final Duration LIMIT = Duration.ofSeconds(35);
    private static final String USAGE = "usage: call METHOD PATH|URL [-H 'Name: value']... [--token T] [-d BODY]";

    private final PrintStream out;
    private final PrintStream err;

    CallCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    int execute(List<String> args) {
        List<String> words = new ArrayList<>();
        List<String> headers = new ArrayList<>();
        String body = "";
        for (int i = 0; i < args.size(); i++) {
            String word = args.get(i);
            if (!word.startsWith("-")) {
                words.add(word);
                continue;
            }
            String value = ++i == args.size() ? "" : args.get(i);
            switch (word) {
                case "-H" -> headers.add(value);
                case "--token" -> headers.add("Authorization: Bearer " + value.strip());
                case "-d" -> body = value;
                default -> {
                    return refuse("unknown option '" + word + "'");
                }
            }
        }
        if (words.size() != 2) {
            return refuse("METHOD and PATH are required, as in: call GET /api/v1/accounts");
        }
        try {
            return call(request(words.get(0), words.get(1), headers, body));
        } catch (IllegalArgumentException e) {
            return refuse(String.valueOf(e.getMessage()));
        }
    }

    private static HttpRequest request(String method, String place, List<String> headers, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(place.startsWith("/") ? HERE + place : place))
                .timeout(LIMIT)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.setHeader("Content-Type", "application/json");
        }
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("-H must be like 'Name: value'");
            }
            request.setHeader(
                    header.substring(0, colon), header.substring(colon + 1).strip());
        }
        return request.build();
    }

    private int call(HttpRequest request) {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            err.println(request.method() + ' ' + request.uri() + ": " + answer.statusCode());
            out.println(answer.body());
            return answer.statusCode() < 400 ? GatewayMain.OK : GatewayMain.FAILED;
        } catch (IOException e) {
            err.println(request.uri() + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return GatewayMain.FAILED;
    }

    private int refuse(String why) {
        err.println(why);
        err.println(USAGE);
        return GatewayMain.USAGE;
    }
}
