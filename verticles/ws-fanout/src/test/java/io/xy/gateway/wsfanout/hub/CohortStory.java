package io.xy.gateway.wsfanout.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.wsfanout.oracle.Ledger;
import io.xy.gateway.wsfanout.protocol.Records;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A random life of several clients, each of which has a twin that never joins a cohort. The same happens to both, so both
 * must have had the same bytes after each flush.
 */
final class CohortStory {
    private static final int TURNS = 150;
    private static final int SUBJECTS = 2;

    private record Twins(HubClient member, HubClient lone) {
        Stream<HubClient> both() {
            return Stream.of(member, lone);
        }
    }

    private final OneTurn turn;
    private final long seed;
    private final Random random;
    private final List<Twins> clients;
    private final int[] epochs = new int[SUBJECTS];
    private final long[] sequences = new long[SUBJECTS];
    private int left = TURNS;

    CohortStory(OneTurn turn, long seed) {
        this.turn = turn;
        this.seed = seed;
        this.random = new Random(seed);
        this.clients = Stream.of("xy.md.*", "xy.md.*", "xy.md.*", "xy.md.s0", "xy.md.s0")
                .map(this::twins)
                .toList();
        clients.forEach(twins -> twins.both().forEach(client -> client.subscribe(false)));
    }

    private Twins twins(String pattern) {
        return new Twins(
                new HubClient(turn, pattern, Mode.ALL, new SharingRecordingSink(ledger())),
                new HubClient(turn, pattern, Mode.ALL, new RecordingSink(ledger())));
    }

    private Ledger ledger() {
        return Ledger.ofChangingMode("seed " + seed);
    }

    /** Values that came to somebody by way of a cohort. */
    int shared() {
        return clients.stream()
                .mapToInt(twins -> ((SharingRecordingSink) twins.member().sink()).shared())
                .sum();
    }

    /** One turn more; false at the end. */
    boolean goesOn() {
        for (Twins twins : clients) {
            assertThat(twins.member().sink().records())
                    .as("seed " + seed + ", turn " + (TURNS - left))
                    .isEqualTo(twins.lone().sink().records());
        }
        for (int steps = random.nextInt(4); steps >= 0; steps--) {
            step();
        }
        return --left > 0;
    }

    private void step() {
        int subject = random.nextInt(SUBJECTS);
        switch (random.nextInt(200)) {
            case 0 -> {
                epochs[subject]++;
                sequences[subject] = random.nextInt(3);
                publish(subject);
            }
            case 1 -> lose(subject);
            case 2 -> turn.hub().sourceStale("nats", "upstream", 1);
            case 3 -> turn.hub().sourceLossy("nats");
            case 4 -> {
                sequences[subject] += 5;
                publish(subject);
            }
            case 5 -> turn.value("xy.md.t" + random.nextInt(3), 0, 1);
            case 6, 7, 8, 9, 10, 11, 12, 13, 14 -> befall(clients.get(random.nextInt(clients.size())));
            default -> publish(subject);
        }
    }

    /** Something of its own happens to one client, and to its twin. */
    private void befall(Twins twins) {
        int what = random.nextInt(10);
        int number = random.nextInt(8);
        twins.both().forEach(client -> {
            switch (what) {
                case 0 -> client.sink().room(0);
                case 1 -> client.sink().room(number);
                case 2, 3 -> client.room(Integer.MAX_VALUE);
                case 4 -> client.reconnect();
                case 5 -> client.outbox().urgent(Records.ping(number));
                case 6 -> turn.hub().image(client.outbox(), number);
                case 7 -> turn.hub().read(client.outbox(), "xy.md.*");
                case 8 -> client.change(number == 0 ? Mode.LATEST : Mode.ALL);
                default -> subscribeOrEnd(client);
            }
        });
    }

    private static void subscribeOrEnd(HubClient client) {
        if (client.isSubscribed()) {
            client.unsubscribe();
        } else {
            client.subscribe(true);
        }
    }

    private void publish(int subject) {
        turn.value("xy.md.s" + subject, epochs[subject], ++sequences[subject]);
    }

    private void lose(int subject) {
        long from = sequences[subject] + 1;
        sequences[subject] += 1 + random.nextInt(3);
        turn.lost("xy.md.s" + subject, epochs[subject], from, sequences[subject]);
    }
}
