package io.xy.gateway.zmqbridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z1")
class AnsweredIdsTest {
    private static final String SERVICE = "account_service";

    private final AnsweredIds ids = new AnsweredIds();
    private final RequestIds made = new RequestIds();

    @Test
    void theLast32768AreKnownAndNobodyElse() {
        List<String> added = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            String id = made.next();
            added.add(id);
            ids.add(id, SERVICE);
        }
        assertThat(added.subList(100_000 - 32_768, 100_000)).allMatch(id -> ids.contains(id, SERVICE));
        assertThat(added.subList(0, 30_000)).noneMatch(id -> ids.contains(id, SERVICE));
        for (int i = 0; i < 10_000; i++) {
            assertThat(ids.contains(made.next(), SERVICE)).isFalse();
        }
    }

    @Test
    void anIdBelongsToItsService() {
        String id = made.next();
        ids.add(id, SERVICE);
        ids.add(id, SERVICE);
        assertThat(ids.contains(id, SERVICE)).isTrue();
        assertThat(ids.contains(id, "auth_service")).isFalse();
        assertThat(ids.contains(id.substring(1) + "0", SERVICE)).isFalse();
    }
}
