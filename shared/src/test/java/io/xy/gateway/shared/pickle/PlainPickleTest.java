package io.xy.gateway.shared.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.message.Payload;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What takes the short way, and what is left to the long one. */
@Tag("Z3")
class PlainPickleTest {
    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String plain(byte[] pickle) {
        byte[] json = PlainPickle.json(pickle, PickleLimits.DEFAULT);
        return json == null ? "left" : new String(json, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "[[],{},[[]],{\"a\":{}}]",
                "[1,-1,255,256,65535,65536,-2147483648,2147483648,9007199254740992]",
                "[0.1,5.123,-12.5,1000000.0,812345.5,0.001,1.0E7,1.0E-4,0.30000000000000004,9999999.9999]",
                "{\"a\":1,\"b\":[true,false,null],\"c\":{\"d\":\"e\"}}",
                "\"\\\"\\\\\\n\\u0001\u53cc\u5356\ud83d\ude00\u00e9\"",
            })
    void whatThePicklerWritesTakesTheShortWay(String json) throws Exception {
        assertThat(plain(PickleWriter.fromJson(Payload.utf8(json)))).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // a tuple of two, of none, of four | a text from the memo
                "80044b014b0286942e | [1,2]",
                "8004292e | []",
                "8004284b014b024b034b0474942e | [1,2,3,4]",
                "80045d94298594612e | [[[]]]",
                "80045d94288c0161946800652e | left",
                "80045d94288c0161946801652e | ['a','a']",
                "80045d942865286529652e | left",
            })
    void tuplesAndRepeatedTexts(String hex, String expected) {
        assertThat(plain(bytes(hex))).isEqualTo(expected.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80047d94288c0161944b018c0161944b02752e",
                "80047d94284b014b02752e",
                "80048c01ff942e",
                "80048c03eda080942e",
                "80045d94284b01",
                "80044b012e00",
                "80064e2e",
                "8004474000000000000000304e2e",
                "80045d946861002e",
                "80042e",
                "8004282e",
                "8004652e",
                "8004752e",
                "8004862e",
                "8004742e",
            })
    void whatIsWrongOrUnusualIsLeft(String hex) {
        assertThat(plain(bytes(hex))).isEqualTo("left");
    }

    @Test
    void limitsAreThoseOfTheLongWay() throws Exception {
        byte[] deep = PickleWriter.fromJson(Payload.utf8("[".repeat(20) + "]".repeat(20)));
        PickleLimits limits = new PickleLimits(19, 100, 1_000, 1_000, 20);
        assertThat(PlainPickle.json(deep, limits)).isNull();
        assertThat(PlainPickle.json(deep, new PickleLimits(20, 100, 1_000, 1_000, 20)))
                .isNotNull();
        byte[] wide = PickleWriter.fromJson(Payload.utf8("[" + "1,".repeat(99) + "1]"));
        assertThat(PlainPickle.json(wide, limits)).isNull();
        byte[] text = PickleWriter.fromJson(Payload.utf8("\"" + "x".repeat(999) + "\""));
        assertThat(PlainPickle.json(text, limits)).isNull();
    }

    @Test
    void anAmountIsWrittenAsJavaWritesIt() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < 200_000; i++) {
            double amount =
                    switch (i % 4) {
                        case 0 -> random.nextInt(100_000_000) / 10_000.0;
                        case 1 -> -random.nextInt(1_000_000_000) / 100.0;
                        case 2 -> random.nextDouble() * Math.pow(10, random.nextInt(12) - 5);
                        default -> Double.longBitsToDouble(random.nextLong() & 0xffef_ffff_ffff_ffffL);
                    };
            byte[] pickle = PickleWriter.fromJson(Payload.utf8(Double.toString(amount)));
            assertThat(plain(pickle)).isEqualTo(Double.toString(amount));
        }
    }

    @Test
    void aReplyGivesItsSecondMember() throws Exception {
        byte[] reply = PickleWriter.reply(true, Payload.utf8("{\"a\":[1]}"));
        assertThat(PlainPickle.reply(reply, true, PickleLimits.DEFAULT))
                .asString()
                .isEqualTo("{\"a\":[1]}");
        assertThat(PlainPickle.reply(reply, false, PickleLimits.DEFAULT)).isNull();
        byte[] three = PickleWriter.fromJson(Payload.utf8("[true,1,2]"));
        assertThat(PlainPickle.reply(three, true, PickleLimits.DEFAULT)).isNull();
        byte[] text = PickleWriter.fromJson(Payload.utf8("[\"true\",1]"));
        assertThat(PlainPickle.reply(text, true, PickleLimits.DEFAULT)).isNull();
    }
}
