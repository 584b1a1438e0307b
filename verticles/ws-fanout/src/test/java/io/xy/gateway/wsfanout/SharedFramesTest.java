package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that want the same get the same frames, from their first value on until one of them does something else. */
@Tag("N12")
class SharedFramesTest {
    private static final String SUBJECT = "xy.md.a";
    private static final int ALONE = 30;
    private static final int BURST = 60;

    private final Gateway gateway = Gateway.start();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aBurstComesInTheSameFramesToAllAndNoFrameIsLongerThanATlsRecord() {
        FakeSource source = gateway.source();
        List<XyTestClient> clients = Stream.generate(gateway::trader).limit(3).toList();
        clients.forEach(client -> client.subscribe(1, SUBJECT, "mode", "all"));
        source.awaitInterest(SUBJECT);
        for (int i = 1; i <= ALONE; i++) {
            source.value(SUBJECT, "e", i, "{}");
            awaitAll(clients, i);
        }
        int before = clients.get(0).frames().size();
        source.send(LongStream.rangeClosed(ALONE + 1, ALONE + BURST)
                .mapToObj(SharedFramesTest::large)
                .toArray(StreamRecord[]::new));
        awaitAll(clients, ALONE + BURST);
        List<String> frames =
                clients.get(0).frames().subList(before, clients.get(0).frames().size());
        assertThat(frames).hasSizeGreaterThan(3).allMatch(frame -> frame.length() <= 16_384);
        for (XyTestClient client : clients) {
            assertThat(client.frames()).endsWith(frames.toArray(new String[0]));
            assertThat(client.all("d"))
                    .extracting(record -> record.getLong(2))
                    .isSorted()
                    .hasSize(ALONE + BURST - 1);
        }
        clients.get(1).subscribe(2, "xy.md.b", "mode", "all");
        source.value(SUBJECT, "e", ALONE + BURST + 1, "{}");
        awaitAll(clients, ALONE + BURST + 1);
    }

    private static StreamRecord large(long sequence) {
        return StreamRecord.value(SUBJECT, "e", sequence, 1, Payload.utf8("{\"p\":\"" + "x".repeat(1_000) + "\"}"));
    }

    private static void awaitAll(List<XyTestClient> clients, long sequence) {
        for (XyTestClient client : clients) {
            client.await(sequence == 1 ? "s" : "d", record -> record.getLong(2) == sequence);
        }
    }
}
