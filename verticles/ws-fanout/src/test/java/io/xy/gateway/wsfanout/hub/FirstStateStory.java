package io.xy.gateway.wsfanout.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.wsfanout.oracle.Ledger;
import io.xy.gateway.wsfanout.oracle.Ledger.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A client that subscribes at a random moment and takes its first state record by record, while values go on coming. */
final class FirstStateStory {
    private static final int SUBJECTS = 4;

    private final OneTurn turn;
    private final Random random;
    private final HubClient client;
    private final String name;
    private final Map<String, Position> last = new HashMap<>();
    /** By subject, what was the node's last value at some moment since the question. */
    private final Map<String, Set<Position>> since = new HashMap<>();

    FirstStateStory(OneTurn turn, long seed, Mode mode) {
        this.turn = turn;
        this.name = "seed " + seed;
        this.random = new Random(seed);
        this.client = new HubClient(turn, "xy.md.*", mode, new Ledger(name, mode == Mode.ALL));
    }

    void tell() {
        HubClient first = new HubClient(turn, "xy.md.>", Mode.LATEST, new Ledger("keeps the subjects", false));
        first.subscribe(false);
        for (int i = random.nextInt(20); i > 0; i--) {
            publish();
        }
        Set<String> asked = Set.copyOf(last.keySet());
        last.forEach((subject, value) ->
                since.computeIfAbsent(subject, absent -> new HashSet<>()).add(value));
        client.sink().room(0);
        client.subscribe(false);
        while (!isComplete()) {
            for (int i = random.nextInt(3); i > 0; i--) {
                publish();
            }
            client.sink().room(1);
            client.flush();
        }
        Map<String, Position> shown = client.ledger().shown();
        assertThat(shown.keySet()).as(name).containsAll(asked);
        shown.forEach(
                (subject, value) -> assertThat(since.get(subject)).as(name).contains(value));
        assertThat(client.ledger().violations()).as(name).isEmpty();
    }

    private boolean isComplete() {
        return client.ledger().count("e") > 0;
    }

    private void publish() {
        String subject = "xy.md.s" + random.nextInt(SUBJECTS);
        Position before = last.getOrDefault(subject, new Position("e0", 0));
        int epoch = Integer.parseInt(before.epoch().substring(1)) + (random.nextInt(8) == 0 ? 1 : 0);
        Position now = new Position("e" + epoch, before.epoch().equals("e" + epoch) ? before.sequence() + 1 : 1);
        turn.value(subject, epoch, now.sequence());
        last.put(subject, now);
        since.computeIfAbsent(subject, absent -> new HashSet<>()).add(now);
    }
}
