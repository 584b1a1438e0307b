package io.xy.gateway.httpapi.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomHexTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "xxxxxxxxxxxxxxxx",
                "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-00",
                "x",
                "-x-",
                "none",
                ""
            })
    void onlyTheDigitsOfAFormAreNew(String form) {
        for (int i = 0; i < 200; i++) {
            assertThat(RandomHex.text(form)).matches(form.replace("x", "[0-9a-f]"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void noTwoTextsAreTheSameAndNoSixteenDigitsAreZero(int digits) {
        String form = "x".repeat(digits);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String text = RandomHex.text(form);
            assertThat(seen.add(text)).isTrue();
            for (int word = 0; word < digits; word += 16) {
                assertThat(text.substring(word, word + 16)).isNotEqualTo("0".repeat(16));
            }
        }
    }
}
