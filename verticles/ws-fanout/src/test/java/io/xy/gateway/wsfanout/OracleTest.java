package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.wsfanout.oracle.FaultyClient;
import io.xy.gateway.wsfanout.oracle.Ledger;
import io.xy.gateway.wsfanout.oracle.Ledger.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever happens to clients and sources, each missing value is explained. A failure names the seed that repeats it. */
@Tag("N5")
@Tag("N12")
class OracleTest {
    private static final int SUBJECTS = 5;
    private static final int BATCH = 20;
    private static final String FILLER = "y".repeat(700);

    private final Gateway gateway = Gateway.start("WS_SEND_QUEUE_MAX", "200", "WS_RING", "300");
    private final FakeSource source = gateway.source();
    private final List<FaultyClient> clients = new ArrayList<>();
    private final long[] sequences = new long[SUBJECTS];
    private final int[] epochs = new int[SUBJECTS];

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void withoutFaultsThereIsNoGap() {
        connect();
        run(Duration.ofSeconds(3), new Random(1), false);
        settle();
        for (FaultyClient client : clients) {
            assertThat(client.ledger().violations()).isEmpty();
            assertThat(client.ledger().count("g")).isZero();
        }
    }

    @Test
    void withFaultsEachMissingValueIsExplained() {
        provoke(Duration.ofSeconds(60));
    }

    @Test
    @Tag("nightly")
    void withFaultsEachMissingValueIsExplainedForTenMinutes() {
        provoke(Duration.ofMinutes(10));
    }

    private void provoke(Duration length) {
        long seed = System.nanoTime();
        connect();
        run(length, new Random(seed), true);
        settle();
        int gaps = 0;
        for (FaultyClient client : clients) {
            assertThat(client.ledger().violations()).as("seed " + seed).isEmpty();
            gaps += client.ledger().count("g");
        }
        assertThat(gaps).as("faults were felt, seed " + seed).isPositive();
    }

    private void connect() {
        for (String pattern : List.of("xy.md.*", "xy.md.s1", "xy.md.s2")) {
            client(pattern, "all", 0);
        }
        client("xy.md.*", "latest", 0);
        client("xy.md.*", "latest", 30);
        source.awaitInterest("xy.md.*");
    }

    private void client(String pattern, String mode, int rate) {
        clients.add(new FaultyClient(gateway.vertx(), gateway.port(), gateway.token(), pattern, mode, rate));
    }

    private void run(Duration length, Random random, boolean faults) {
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            publish(random, faults);
            if (faults && random.nextInt(15) == 0) {
                disturb(clients.get(random.nextInt(clients.size())), random.nextInt(6));
            }
            // A pace that leaves the machine something to do besides.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(4));
        }
    }

    private void publish(Random random, boolean faults) {
        StreamRecord[] batch = new StreamRecord[BATCH];
        for (int i = 0; i < BATCH; i++) {
            int subject = random.nextInt(SUBJECTS);
            int fault = faults ? random.nextInt(2_000) : -1;
            if (fault == 0) {
                epochs[subject]++;
                sequences[subject] = 0;
            }
            batch[i] = fault == 1 ? gap(subject, 1 + random.nextInt(5)) : value(subject);
        }
        source.send(batch);
    }

    private static void disturb(FaultyClient client, int fault) {
        switch (fault) {
            case 0 -> client.kill();
            case 1 -> {
                if (!client.isStalled() && client.isSubscribed()) {
                    client.unsubscribe();
                }
            }
            case 2, 3 -> client.stall();
            default -> {
                client.thaw();
                if (!client.isSubscribed()) {
                    client.subscribe();
                }
            }
        }
    }

    /** Everybody reads again; one more value of each subject, and everybody must end with it. */
    private void settle() {
        for (FaultyClient client : clients) {
            client.thaw();
            if (!client.isSubscribed()) {
                client.subscribe();
            }
        }
        for (int i = 0; i < SUBJECTS; i++) {
            source.send(value(i));
        }
        for (FaultyClient client : clients) {
            Await.until("everybody has the last values: " + client.ledger().shown(), () -> isCurrent(client.ledger()));
        }
    }

    private boolean isCurrent(Ledger ledger) {
        for (int i = 0; i < SUBJECTS; i++) {
            Position at = ledger.shown().get(subject(i));
            if (at != null && !at.equals(new Position("e" + epochs[i], sequences[i]))) {
                return false;
            }
        }
        return !ledger.shown().isEmpty();
    }

    private StreamRecord gap(int subject, int length) {
        long from = sequences[subject] + 1;
        sequences[subject] += length;
        return StreamRecord.gap(subject(subject), "e" + epochs[subject], from, sequences[subject], "upstream", 1);
    }

    private StreamRecord value(int subject) {
        long sequence = ++sequences[subject];
        String json = "{\"q\":" + sequence + ",\"h\":" + Ledger.checksum(subject(subject), sequence, FILLER)
                + ",\"p\":\"" + FILLER + "\"}";
        return StreamRecord.value(subject(subject), "e" + epochs[subject], sequence, 1, Payload.utf8(json));
    }

    private static String subject(int number) {
        return "xy.md.s" + number;
    }
}
