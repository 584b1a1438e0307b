package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random conversations over real sockets: each question is answered exactly once (I7), and the answer to the end of a
 * subscription is the last word about it (I6), for values that no other subscription covers too.
 */
@Tag("N12")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConversationTest {
    private static final int OPS = 80;
    private static final int OPEN = 4;
    private static final int LAST = 1_000;
    private static final List<String> PATTERNS = List.of("xy.md.a", "xy.md.b", "xy.md.*", "xy.md.>");

    private final Gateway gateway = Gateway.start("WS_MAX_SUBSCRIPTIONS", "5");
    private final FakeSource source = gateway.source();
    private long sequence;

    @AfterAll
    void close() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void eachQuestionIsAnsweredOnceAndTheEndIsTheLastWord(long seed) {
        Random random = new Random(seed);
        XyTestClient keeper = gateway.trader();
        keeper.subscribe(1, "xy.md.>");
        source.awaitInterest("xy.md.>");
        XyTestClient client = gateway.trader();
        List<Integer> open = new ArrayList<>();
        for (int id = 2; id < OPS; id++) {
            client.socket()
                    .writeTextMessage(question(id, random, open).encode())
                    .onFailure(gone -> {});
            if (random.nextInt(3) == 0) {
                publish(random);
            }
        }
        // Ends of subscriptions keep their place among the data; behind this one there is nothing left to come.
        client.subscribe(LAST, "xy.md.none");
        publish(random);
        client.send(new JsonObject().put("op", "unsub").put("id", LAST + 1).put("sub", LAST));
        client.await("ok", record -> record.getLong(1) == LAST + 1);
        answeredOnce(client.records());
        silentAfterItsEnd(client.records());
        client.close();
        keeper.close();
    }

    /** Mostly what makes sense: who only makes mistakes is sent away. No handle is used twice. */
    private static JsonObject question(int id, Random random, List<Integer> open) {
        JsonObject op = new JsonObject().put("id", id);
        int choice = random.nextInt(12);
        if (choice == 0) {
            return op.put("op", "sub").put("sub", id).put("s", "xy.secret.a");
        }
        if (choice == 1) {
            return op.put("op", "resync").put("ch", new JsonArray().add(1));
        }
        boolean only = choice == 2;
        if (only || open.size() < OPEN && random.nextInt(OPEN + 1) >= open.size()) {
            if (!only) {
                open.add(id);
            }
            return op.put("op", "sub")
                    .put("sub", id)
                    .put("s", PATTERNS.get(random.nextInt(PATTERNS.size())))
                    .put("mode", random.nextBoolean() ? "all" : "latest")
                    .put("snap", only ? "only" : random.nextBoolean());
        }
        if (random.nextInt(3) == 0) {
            return op.put("op", "upd")
                    .put("sub", open.get(random.nextInt(open.size())))
                    .put("mode", random.nextBoolean() ? "all" : "latest");
        }
        return op.put("op", "unsub").put("sub", open.remove(random.nextInt(open.size())));
    }

    private void publish(Random random) {
        source.value("xy.md." + (random.nextBoolean() ? "a" : "b"), "e", ++sequence, "{}");
    }

    private static void answeredOnce(List<JsonArray> records) {
        Map<Long, Integer> answers = new HashMap<>();
        for (JsonArray record : records) {
            if (Set.of("ok", "err").contains(record.getString(0))) {
                answers.merge(record.getLong(1), 1, Integer::sum);
            }
        }
        for (long id = 1; id < OPS; id++) {
            assertThat(answers).containsEntry(id, 1);
        }
    }

    /** What each subscription covers is followed from the answers alone, as a client would. */
    private static void silentAfterItsEnd(List<JsonArray> records) {
        Set<Integer> bound = new HashSet<>();
        Set<Long> ended = new HashSet<>();
        for (JsonArray record : records) {
            switch (record.getString(0)) {
                case "b" -> bound.add(record.getInteger(1));
                case "z" -> bound.remove(record.getInteger(1));
                case "s", "d", "g", "t" -> assertThat(bound).contains(record.getInteger(1));
                case "ok" -> follow(record, ended);
                case "e", "x", "c" -> assertThat(ended).doesNotContain(record.getLong(1));
                default -> {
                    // Of the connection, not of a subscription.
                }
            }
        }
    }

    private static void follow(JsonArray record, Set<Long> ended) {
        JsonObject body = record.getJsonObject(2);
        Long sub = body.getLong("sub");
        if (sub == null) {
            return;
        }
        if (body.containsKey("mode") || body.containsKey("snap")) {
            ended.remove(sub);
        } else {
            ended.add(sub);
        }
    }
}
