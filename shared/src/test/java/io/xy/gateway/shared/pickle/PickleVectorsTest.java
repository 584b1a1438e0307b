package io.xy.gateway.shared.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xy.gateway.shared.message.Payload;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes that the desk's programs really exchange. */
@Tag("Z2")
class PickleVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ping | [[],{}] | 8004950f000000000000005d94288c0470696e6794297d94652e",
                "get_account | [[\"account1\"],{}] |"
                        + " 80049522000000000000005d94288c0b6765745f6163636f756e74948c086163636f756e74319485947d94652e",
            })
    void aCallIsByteForByteWhatThePythonClientSends(String method, String body, String expected) throws Exception {
        assertThat(HEX.formatHex(PickleWriter.call(method, Payload.utf8(body)))).isEqualTo(expected);
    }

    @Test
    void aReplyIsByteForByteWhatThePythonWorkerSends() throws Exception {
        assertThat(HEX.formatHex(PickleWriter.reply(true, Payload.utf8("\"pong\""))))
                .isEqualTo("8004950d000000000000005d9428888c04706f6e6794652e");
        assertThat(HEX.formatHex(PickleWriter.reply(false, Payload.utf8("\"Traceback...\""))))
                .isEqualTo("80049515000000000000005d9428898c0c54726163656261636b2e2e2e94652e");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[\"ping\",[],{}] | 80059510000000000000005d94288c0470696e67945d947d94652e",
                "[\"parse_instructions\",[\"双卖 500\"],{\"accounts\":[\"account1\"],\"timestamp\":1718960000000}] |"
                        + " 8005955b000000000000005d94288c1270617273655f696e737472756374696f6e73945d948c0ae58f8ce58d9620"
                        + "35303094617d94288c086163636f756e7473945d948c086163636f756e743194618c0974696d657374616d70948a"
                        + "06000c003a900175652e",
            })
    void theOtherVectorsDifferInTheProtocolNumberOnlyAndReadBack(String json, String vector) throws Exception {
        String four = "8004" + vector.substring(4);
        assertThat(HEX.formatHex(PickleWriter.fromJson(Payload.utf8(json)))).isEqualTo(four);
        assertThat(read(vector)).isEqualTo(json);
        assertThat(read(four)).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "8004950f000000000000005d94288c0470696e6794297d94652e | [\"ping\",[],{}]",
                "80049522000000000000005d94288c0b6765745f6163636f756e74948c086163636f756e74319485947d94652e |"
                        + " [\"get_account\",[\"account1\"],{}]",
                "8004950d000000000000005d9428888c04706f6e6794652e | [true,\"pong\"]",
            })
    void theVectorsAreRead(String vector, String json) throws Exception {
        assertThat(read(vector)).isEqualTo(json);
    }

    @Test
    void aReplySaysWhetherItSucceeded() throws Exception {
        var pong = PickleReader.reply(
                HEX.parseHex("8004950d000000000000005d9428888c04706f6e6794652e"), PickleLimits.DEFAULT);
        assertThat(pong.ok()).isTrue();
        assertThat(pong.json().text()).isEqualTo("\"pong\"");
        var failed = PickleReader.reply(
                HEX.parseHex("80049515000000000000005d9428898c0c54726163656261636b2e2e2e94652e"), PickleLimits.DEFAULT);
        assertThat(failed.ok()).isFalse();
        assertThat(failed.json().text()).isEqualTo("\"Traceback...\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[true]", "[1,2]", "[true,1,2]", "{\"ok\":true}", "null"})
    void whatIsNoFlagAndValueIsNoReply(String json) throws Exception {
        byte[] pickle = PickleWriter.fromJson(Payload.utf8(json));
        assertThatThrownBy(() -> PickleReader.reply(pickle, PickleLimits.DEFAULT))
                .isInstanceOf(PickleException.class)
                .hasMessageContaining("flag");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "1 2",
                "[1] [2]",
                "[1e999]",
                "\"\\ud800\"",
                "\"\\udc00x\"",
                "{\"\\ud800\":1}",
                "NaN",
                "[01]",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "[truthy]"
            })
    void whatPythonCouldNotReadBackTheSameIsNotWritten(String json) {
        assertThatThrownBy(() -> PickleWriter.fromJson(Payload.utf8(json))).isInstanceOf(PickleException.class);
    }

    @Test
    void whatIsNestedTooDeeplyIsNotWritten() throws Exception {
        assertThat(PickleWriter.fromJson(Payload.utf8("[".repeat(64) + "]".repeat(64))))
                .isNotEmpty();
        assertThatThrownBy(() -> PickleWriter.fromJson(Payload.utf8("[".repeat(65) + "]".repeat(65))))
                .isInstanceOf(PickleException.class);
    }

    @Test
    void aNumberOfTooManyDigitsIsNotWritten() {
        assertThatThrownBy(() -> PickleWriter.fromJson(Payload.utf8("9".repeat(2_000))))
                .isInstanceOf(PickleException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[[]]", "[[],[]]", "[{},{}]", "[[],{},1]", "{}", "1", "[[],1]", "[1,[]]", "[1,1,[]]"})
    void aCallNeedsArgumentsAndKeywordArguments(String body) {
        assertThatThrownBy(() -> PickleWriter.call("ping", Payload.utf8(body))).isInstanceOf(PickleException.class);
    }

    private static String read(String hex) throws PickleException {
        return PickleReader.toJson(HEX.parseHex(hex), PickleLimits.DEFAULT).text();
    }
}
