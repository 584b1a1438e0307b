package io.xy.gateway.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A request as somebody typed it. It goes over a plain socket: no library puts right what the gateway is to judge.
 *
 * @param target path and query, unchanged
 */
record ExplainedRequest(String method, String target, Map<String, String> headers, String body) {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int MAX_BODY = 1 << 20;

    /**
     * What came back.
     *
     * @param status 0 when nothing did
     * @param detail of a failure, else empty
     * @param headers under their names in small letters
     */
    record Answer(int status, String detail, Map<String, String> headers) {}

    /** Sends it to a port of this machine and reads the answer. */
    Answer send(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(ExplainCommand.bytes(head()));
            socket.getOutputStream().write(ExplainCommand.bytes(body));
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        }
    }

    private String head() {
        StringBuilder head =
                new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (!body.isEmpty()) {
            if (headers.keySet().stream().noneMatch("content-type"::equalsIgnoreCase)) {
                head.append("Content-Type: application/json\r\n");
            }
            head.append("Content-Length: ")
                    .append(ExplainCommand.bytes(body).length)
                    .append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private Answer read(InputStream in) throws IOException {
        String[] lines = readHead(in).split("\r\n");
        if (lines[0].length() < 12) {
            throw new IOException("the connection was closed");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                fields.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
        }
        int length = method.equals("HEAD") ? 0 : Integer.parseInt(fields.getOrDefault("content-length", "0"));
        byte[] read = in.readNBytes(Math.min(length, MAX_BODY));
        boolean problem = fields.getOrDefault("content-type", "").startsWith("application/problem+json");
        String detail = "";
        if (problem && read.length > 0) {
            JsonObject body = new JsonObject(Buffer.buffer(read));
            detail = body.getString("code") + ": " + body.getString("detail");
        }
        return new Answer(Integer.parseInt(lines[0].substring(9, 12)), detail, fields);
    }

    /** Up to the empty line. */
    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0) {
            head.write(next);
            String text = head.toString(StandardCharsets.ISO_8859_1);
            if (text.endsWith("\r\n\r\n")) {
                return text;
            }
            next = in.read();
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }
}
