package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole conversations, line by line as they stand in the transcripts. */
@Tag("N12")
class TranscriptTest {
    private final Gateway gateway = Gateway.start();
    private final FakeSource source = gateway.source();
    private int at;

    @AfterEach
    void close() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"subscribe", "resume", "mistakes"})
    void aConversationIsAsItIsWritten(String name) throws IOException {
        XyTestClient client = gateway.client();
        for (String line : transcript(name).lines().toList()) {
            String rest = line.length() > 2 ? line.substring(2) : "";
            switch (line.isEmpty() ? '#' : line.charAt(0)) {
                case '>' -> client.sendText(rest.replace("<TOKEN>", gateway.token()));
                case '<' -> expect(client, new JsonArray(rest));
                case '!' -> publish(rest);
                default ->
                    assertThat(line).satisfiesAnyOf(l -> assertThat(l).isEmpty(), l -> assertThat(l)
                            .startsWith("#"));
            }
        }
        client.send(new JsonObject("{\"op\":\"unsub\",\"id\":999,\"sub\":999}"));
        expect(client, new JsonArray("[\"err\",999,\"*\"]"));
    }

    private void expect(XyTestClient client, JsonArray wanted) {
        Await.until(
                "record " + at + " is " + wanted + " after " + client.records(),
                () -> client.records().size() > at);
        JsonArray record = client.records().get(at++);
        assertThat(matches(wanted, record)).as(wanted + " is " + record).isTrue();
    }

    private void publish(String line) {
        String[] words = line.split(" ", 4);
        if (words[0].equals("stale")) {
            source.send(StreamRecord.stale(words[1], 1));
        } else if (words[0].equals("live")) {
            source.send(StreamRecord.live(1));
        } else if (words[3].equals("lost")) {
            String[] range = words[2].split("-", 2);
            source.send(StreamRecord.gap(
                    words[0], words[1], Long.parseLong(range[0]), Long.parseLong(range[1]), "upstream", 1));
        } else {
            Await.until("somebody wants something", () -> !source.patterns().isEmpty());
            source.send(StreamRecord.value(words[0], words[1], Long.parseLong(words[2]), 1, Payload.utf8(words[3])));
        }
    }

    private static boolean matches(Object wanted, Object found) {
        if ("*".equals(wanted)) {
            return true;
        }
        if (wanted instanceof JsonArray list && found instanceof JsonArray other) {
            boolean same = list.size() == other.size();
            for (int i = 0; same && i < list.size(); i++) {
                same = matches(list.getValue(i), other.getValue(i));
            }
            return same;
        }
        if (wanted instanceof JsonObject object && found instanceof JsonObject other) {
            boolean same = object.fieldNames().equals(other.fieldNames());
            for (String name : object.fieldNames()) {
                same &= matches(object.getValue(name), other.getValue(name));
            }
            return same;
        }
        return Objects.equals(wanted, found);
    }

    private static String transcript(String name) throws IOException {
        try (InputStream file = TranscriptTest.class.getResourceAsStream("/transcripts/" + name + ".txt")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
