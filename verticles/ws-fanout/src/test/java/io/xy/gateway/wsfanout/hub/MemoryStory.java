package io.xy.gateway.wsfanout.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.wsfanout.oracle.Ledger;
import io.xy.gateway.wsfanout.protocol.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A client that asks for everything again and again and hardly ever reads. */
final class MemoryStory {
    private static final int STEPS = 1_500;
    private static final int SUBJECTS = 3;
    private static final int SUBSCRIPTIONS = 5;
    /** What one more first state, a mark and gaps for each subject, and the end of each subscription take. */
    private static final int BEYOND = 8 * SUBJECTS + SUBSCRIPTIONS + OneTurn.QUEUE;

    private final OneTurn turn;
    private final String name;
    private final Random random;
    private final RecordingSink sink;
    private final Outbox outbox;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final int[] epochs = new int[SUBJECTS];
    private final long[] sequences = new long[SUBJECTS];

    MemoryStory(OneTurn turn, long seed) {
        this.turn = turn;
        this.name = "seed " + seed;
        this.random = new Random(seed);
        this.sink = new RecordingSink(Ledger.ofChangingMode(name));
        this.outbox = new Outbox(turn.hub(), sink);
    }

    void tell() {
        sink.room(0);
        for (int i = 0; i < STEPS; i++) {
            step();
            assertThat(outbox.size()).as(name).isLessThanOrEqualTo(Outbox.FIRST_STATE * OneTurn.QUEUE);
            assertThat(outbox.bytes()).as(name).isLessThanOrEqualTo((long) Outbox.FIRST_STATE * OneTurn.QUEUE_BYTES);
            assertThat(outbox.entries()).as(name).isLessThanOrEqualTo(Outbox.FIRST_STATE * OneTurn.QUEUE + BEYOND);
        }
        sink.room(Integer.MAX_VALUE);
        outbox.flush();
        assertThat(outbox.entries()).isZero();
        assertThat(outbox.bytes()).isZero();
    }

    private void step() {
        int subject = random.nextInt(SUBJECTS);
        switch (random.nextInt(12)) {
            case 0, 1 -> subscribe();
            case 2, 3 -> unsubscribe();
            case 4 -> change();
            case 5 -> {
                epochs[subject]++;
                publish(subject);
            }
            case 6 -> {
                sequences[subject] += 2;
                turn.lost("xy.md.s" + subject, epochs[subject], sequences[subject] - 1, sequences[subject]);
            }
            case 7 -> turn.hub().sourceStale("nats", "upstream", 1);
            case 8 -> {
                sink.room(random.nextInt(2));
                outbox.flush();
            }
            default -> publish(subject);
        }
    }

    private void subscribe() {
        String pattern = random.nextBoolean() ? "xy.md.*" : "xy.md.s" + random.nextInt(SUBJECTS);
        if (subscriptions.size() < SUBSCRIPTIONS && turn.hub().hasRoomFor(outbox, pattern)) {
            Subscription.Start start = new Subscription.Start(true, random.nextInt(5), Map.of(), false, 0);
            Subscription made = new Subscription(outbox, 1, pattern, mode(), Tier.TURN, start);
            subscriptions.add(made);
            turn.hub().subscribe(made, found -> outbox.ordered(Records.endOfState(1, found.channels())));
        }
    }

    private void unsubscribe() {
        if (!subscriptions.isEmpty()) {
            turn.hub().unsubscribe(subscriptions.remove(random.nextInt(subscriptions.size())));
            outbox.ordered(Records.released(9));
        }
    }

    private void change() {
        if (!subscriptions.isEmpty() && !outbox.isBehind()) {
            turn.hub().change(subscriptions.get(0), mode(), Tier.TURN);
        }
    }

    private Mode mode() {
        return random.nextBoolean() ? Mode.ALL : Mode.LATEST;
    }

    private void publish(int subject) {
        turn.value("xy.md.s" + subject, epochs[subject], ++sequences[subject]);
    }
}
