package io.xy.gateway.wsfanout.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N12")
class JsonScanTest {
    private final JsonScan scan = new JsonScan();

    private boolean isValid(String text) {
        return scan.isValid(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "1.5e+10",
                "-12.0E-3",
                "1e5",
                "true",
                "false",
                "null",
                "\"\"",
                "\"\\u00e9\\n\\\"\"",
                "[]",
                "{}",
                " [1 , 2] ",
                "{\"a\":{\"b\":[1,null,\"é€😀\"]}}",
                "\t{\r\n\"a\" : 1 }\n"
            })
    void thisIsJson(String text) {
        assertThat(isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "01",
                "+1",
                "1.",
                ".5",
                "1e",
                "1e+",
                "-",
                "--1",
                "NaN",
                "Infinity",
                "tru",
                "nul",
                "truex",
                "'a'",
                "\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12\"",
                "\"\\",
                "\"a\nb\"",
                "[",
                "[1,]",
                "[,1]",
                "[1 2]",
                "]",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{1:1}",
                "{\"a\":1}}",
                "[1]],[\"x\"",
                "1 2",
                "/*c*/1",
                "\uFEFF1"
            })
    void thisIsNot(String text) {
        assertThat(isValid(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c080",
                "c1bf",
                "80",
                "bf",
                "c3",
                "c328",
                "e08080",
                "e0a0",
                "eda080",
                "e28228",
                "f08080af",
                "f0908028",
                "f4908080",
                "f5808080",
                "f0288cbc",
                "ff",
                "fe"
            })
    void malformedUtf8InTextIsRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex("22" + hex + "22");
        assertThat(scan.isValid(bytes)).isFalse();
        assertThat(Utf8.decode(bytes)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "f0908080", "f48fbfbf"})
    void wellFormedUtf8IsTaken(String hex) {
        byte[] bytes = HexFormat.of().parseHex("22" + hex + "22");
        assertThat(scan.isValid(bytes)).isTrue();
        assertThat(Utf8.decode(bytes)).isNotNull();
    }

    @Test
    void depthIsBounded() {
        assertThat(isValid("[".repeat(64) + "]".repeat(64))).isTrue();
        assertThat(isValid("[".repeat(100_000))).isFalse();
        assertThat(isValid("{\"a\":".repeat(70) + "1" + "}".repeat(70))).isFalse();
    }
}
