package io.xy.gateway.wsfanout.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.xy.gateway.wsfanout.oracle.Ledger;
import io.xy.gateway.wsfanout.oracle.Ledger.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A client that limits the age of what it gets, on a line that stops now and then; the same for the same seed. */
final class AgeStory {
    private static final int STEPS = 80;
    private static final long MAX_AGE = 1_000;
    private static final String SUBJECT = "xy.md.s";

    private final OneTurn turn;
    private final String name;
    private final Random random;
    private final HubClient client;
    private final Map<Position, Long> born = new HashMap<>();
    private Position last = new Position("e0", 0);
    private String epoch = "";
    private long now;
    private int seen;

    AgeStory(OneTurn turn, long seed, Mode mode) {
        this.turn = turn;
        this.name = "seed " + seed;
        this.random = new Random(seed);
        this.client = new HubClient(turn, SUBJECT, mode, new Ledger(name, mode == Mode.ALL)).maxAge(MAX_AGE);
    }

    void tell() {
        client.subscribe(false);
        for (int i = 0; i < STEPS; i++) {
            step();
            look();
        }
        publish();
        client.read();
        look();
        assertThat(client.ledger().violations())
                .as(name + client.sink().records())
                .isEmpty();
        assertThat(client.ledger().shown().get(SUBJECT))
                .as(name + client.sink().records())
                .isEqualTo(last);
    }

    private void step() {
        switch (random.nextInt(10)) {
            case 0 -> pass(random.nextInt(2_500));
            case 1 -> pass(300);
            case 2 -> client.sink().room(0);
            case 3 -> client.sink().room(1 + random.nextInt(4));
            case 4 -> client.read();
            case 5 -> client.flush();
            default -> publish();
        }
    }

    private void pass(long millis) {
        now += millis;
        turn.after(millis);
    }

    private void publish() {
        int number = Integer.parseInt(last.epoch().substring(1));
        last = random.nextInt(10) == 0
                ? new Position("e" + (number + 1), 1)
                : new Position(last.epoch(), last.sequence() + 1);
        born.put(last, now);
        turn.value(SUBJECT, Integer.parseInt(last.epoch().substring(1)), last.sequence());
    }

    /** No time has passed since these were written. */
    private void look() {
        List<String> records = client.sink().records();
        for (; seen < records.size(); seen++) {
            JsonArray record = new JsonArray(records.get(seen));
            switch (record.getString(0)) {
                case "b" -> epoch = record.getString(3);
                case "s", "d" -> {
                    Long at = born.get(new Position(epoch, record.getLong(2)));
                    assertThat(at).as(name + records).isNotNull().isGreaterThanOrEqualTo(now - MAX_AGE);
                }
                default -> {
                    // Carries no value.
                }
            }
        }
    }
}
