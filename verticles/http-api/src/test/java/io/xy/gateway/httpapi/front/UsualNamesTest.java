package io.xy.gateway.httpapi.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsualNamesTest {
    private static @Nullable CharSequence find(String name) {
        byte[] line = (" " + name + ": value").getBytes(StandardCharsets.ISO_8859_1);
        return UsualNames.find(line, 1, name.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "host",
                "Authorization",
                "authorization",
                "User-Agent",
                "user-agent",
                "Content-Length",
                "transfer-encoding",
                "X-Request-Id",
                "x-requested-with"
            })
    void aUsualNameIsOneObjectInItsOwnSpelling(String name) {
        assertThat(find(name)).hasToString(name).isSameAs(find(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "H", "HOST", "hOst", "Hos", "Hostx", "X-Other", "User_Agent", "Cookie ", "Co\0kie"})
    void whatIsSpelledOtherwiseIsNotUsual(String name) {
        assertThat(find(name)).isNull();
    }

    @Test
    void whateverComesIsFoundAsItIsSpelledOrNotAtAll() {
        String[] usual = {"Accept-Language", "authorization", "Cookie", "via", "X-Forwarded-For", "user-agent"};
        Random random = new Random(2206);
        for (int i = 0; i < 100_000; i++) {
            StringBuilder name = new StringBuilder(usual[random.nextInt(usual.length)]);
            int place = random.nextInt(name.length());
            switch (random.nextInt(4)) {
                case 0 -> name.setCharAt(place, (char) random.nextInt(256));
                case 1 -> name.insert(place, (char) random.nextInt(256));
                case 2 -> name.deleteCharAt(place);
                default -> name.setLength(place);
            }
            CharSequence found = find(name.toString());
            if (found != null) {
                assertThat(found).hasToString(name.toString());
            }
        }
    }
}
