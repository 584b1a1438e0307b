package io.xy.gateway.wsfanout.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.wsfanout.oracle.Ledger;
import io.xy.gateway.wsfanout.oracle.Ledger.Position;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A random life of one client between a source with losses and a line with little room; the same for the same seed. */
final class Story {
    private static final int STEPS = 60;
    private static final int SUBJECTS = 2;

    private final OneTurn turn;
    private final long seed;
    private final Random random;
    private final boolean changing;
    private final HubClient client;
    private final int[] epochs = new int[SUBJECTS];
    private final long[] sequences = new long[SUBJECTS];

    /**
     * @param mode null for a client that changes it
     */
    Story(OneTurn turn, long seed, @Nullable Mode mode) {
        this.turn = turn;
        this.seed = seed;
        this.random = new Random(seed);
        this.changing = mode == null;
        String name = "seed " + seed;
        Ledger ledger = mode == null ? Ledger.ofChangingMode(name) : new Ledger(name, mode == Mode.ALL);
        this.client = new HubClient(turn, "xy.md.*", mode == null ? Mode.ALL : mode, ledger);
    }

    void tell() {
        client.subscribe(false);
        for (int i = 0; i < STEPS; i++) {
            step();
        }
        for (int i = 0; i < SUBJECTS; i++) {
            publish(i);
        }
        if (!client.isSubscribed()) {
            client.subscribe(true);
        }
        client.read();
        assertThat(client.ledger().violations())
                .as("seed " + seed + client.sink().records())
                .isEmpty();
        for (int i = 0; i < SUBJECTS; i++) {
            assertThat(client.ledger().shown().get(subject(i)))
                    .as("seed " + seed)
                    .isEqualTo(new Position("e" + epochs[i], sequences[i]));
        }
    }

    private void step() {
        int subject = random.nextInt(SUBJECTS);
        switch (random.nextInt(24)) {
            case 0 -> {
                epochs[subject]++;
                sequences[subject] = random.nextInt(3);
                publish(subject);
            }
            case 1 -> lose(subject);
            case 2 -> client.sink().room(0);
            case 3 -> client.sink().room(1 + random.nextInt(8));
            case 4 -> client.read();
            case 5 -> client.reconnect();
            case 6 -> {
                if (client.isSubscribed()) {
                    client.unsubscribe();
                    client.read();
                } else {
                    client.subscribe(true);
                }
            }
            case 7 -> turn.hub().sourceStale("nats", "upstream", 1);
            case 8, 9 -> change();
            case 10, 11, 12 -> client.flush();
            default -> publish(subject);
        }
    }

    private void change() {
        if (changing) {
            client.change(random.nextBoolean() ? Mode.ALL : Mode.LATEST);
        }
    }

    private void publish(int subject) {
        turn.value(subject(subject), epochs[subject], ++sequences[subject]);
    }

    private void lose(int subject) {
        long from = sequences[subject] + 1;
        sequences[subject] += 1 + random.nextInt(3);
        turn.lost(subject(subject), epochs[subject], from, sequences[subject]);
    }

    private static String subject(int number) {
        return "xy.md.s" + number;
    }
}
