package io.xy.gateway.wsfanout.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.xy.gateway.wsfanout.oracle.Ledger;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections that get the same are written alike, and none can tell that it is one of many. */
@Tag("N5")
@Tag("N12")
class CohortTest {
    private static final String SUBJECT = "xy.md.a";
    private static final int RUNS = 300;

    private @Nullable CohortStory story;
    private int seed;
    private int shared;
    private long sequence;

    @Test
    void aMemberHasTheBytesOfALoneConnectionWhateverHappens() {
        OneTurn.runTurns(turn -> turn.until(() -> {
            CohortStory now = story == null ? new CohortStory(turn.another(), seed++) : story;
            story = now;
            if (!now.goesOn()) {
                shared += now.shared();
                story = null;
            }
            return story == null && seed == RUNS;
        }));
        // Otherwise nothing was compared.
        assertThat(shared).isGreaterThan(100 * RUNS);
    }

    @Test
    void aValueIsBuiltOnceAndWaitsOncePerCohort() {
        OneTurn.runTurns(turn -> {
            List<HubClient> clients = clients(turn, 2 * Cohort.MOST + 1);
            return join(turn, clients).compose(joined -> {
                assertThat(turn.hub().cohorts().size()).isEqualTo(3);
                long encodes = turn.hub().figures().encodes;
                return value(turn, clients)
                        .andThen(
                                read -> assertThat(turn.hub().figures().encodes).isEqualTo(encodes + 1));
            });
        });
    }

    @Test
    void whatWaitsForACohortWaitsForEachOfItsMembers() {
        OneTurn.runTurns(turn -> {
            List<HubClient> clients = clients(turn, 2);
            return join(turn, clients).andThen(joined -> {
                turn.value(SUBJECT, 0, sequence + 1);
                turn.value(SUBJECT, 0, sequence + 2);
                for (HubClient client : clients) {
                    assertThat(client.outbox().isMember()).isTrue();
                    assertThat(client.outbox().size()).isEqualTo(2);
                    assertThat(client.outbox().entries()).isEqualTo(2);
                    assertThat(client.outbox().bytes()).isPositive();
                    client.outbox().leave();
                    assertThat(client.outbox().isMember()).isFalse();
                    assertThat(client.outbox().size()).isEqualTo(2);
                }
            });
        });
    }

    @Test
    void whoEndsLeavesNothingBehind() {
        OneTurn.runTurns(turn -> {
            List<HubClient> clients = clients(turn, Cohort.MOST + 1);
            return join(turn, clients).andThen(joined -> {
                turn.value(SUBJECT, 0, sequence + 1);
                clients.forEach(client -> {
                    client.unsubscribe();
                    client.outbox().close();
                });
                assertThat(turn.hub().cohorts().size()).isZero();
            });
        });
    }

    /** A flush of many goes over several turns; those who come later in it get what has come meanwhile. */
    @Test
    void whatComesBetweenTwoTurnsOfAFlushGoesToTheOthersInIt() {
        OneTurn.runTurns(turn -> {
            List<HubClient> clients = IntStream.range(0, 2 * Flushes.SLICE)
                    .mapToObj(i -> new HubClient(turn, SUBJECT, Mode.ALL, new Ledger("client " + i, true)))
                    .toList();
            clients.forEach(client -> client.subscribe(false));
            turn.value(SUBJECT, 0, 1);
            turn.value(SUBJECT, 0, 2);
            return turn.until(() -> clients.stream().anyMatch(client -> has(client, 2)))
                    .compose(begun -> {
                        assertThat(clients).filteredOn(client -> has(client, 2)).hasSize(Flushes.SLICE);
                        turn.value(SUBJECT, 0, 3);
                        return turn.inTime(() -> clients.stream().allMatch(client -> has(client, 3)));
                    })
                    .andThen(read -> assertThat(clients.getLast().sink().flushes())
                            .isEqualTo(clients.getFirst().sink().flushes() - 1));
        });
    }

    private static List<HubClient> clients(OneTurn turn, int count) {
        List<HubClient> clients = IntStream.range(0, count)
                .mapToObj(i -> new HubClient(
                        turn, SUBJECT, Mode.ALL, new SharingRecordingSink(new Ledger("client " + i, true))))
                .toList();
        clients.forEach(client -> client.subscribe(false));
        return clients;
    }

    /** Values come until all are members. */
    private Future<Void> join(OneTurn turn, List<HubClient> clients) {
        return value(turn, clients)
                .compose(read ->
                        clients.stream().allMatch(client -> client.outbox().isMember())
                                ? Future.succeededFuture()
                                : join(turn, clients));
    }

    /** A value comes, and all have it. */
    private Future<Void> value(OneTurn turn, List<HubClient> clients) {
        turn.value(SUBJECT, 0, ++sequence);
        return turn.inTime(() -> clients.stream().allMatch(client -> has(client, sequence)));
    }

    private static boolean has(HubClient client, long sequence) {
        List<String> records = client.sink().records();
        return !records.isEmpty() && records.getLast().contains("{\"q\":" + sequence + ',');
    }
}
