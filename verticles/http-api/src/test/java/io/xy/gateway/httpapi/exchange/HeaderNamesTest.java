package io.xy.gateway.httpapi.exchange;

import static org.assertj.core.api.Assertions.assertThatObject;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Names come out as they went in, whatever was seen before. */
@Tag("B4")
class HeaderNamesTest {
    private final HeaderNames names = new HeaderNames();

    private AsciiString of(String name) {
        byte[] line = (">" + name + ": value").getBytes(StandardCharsets.US_ASCII);
        return names.of(line, 1, name.length());
    }

    @Test
    void aNameThatWasSeenIsNotCopied() {
        assertThatObject(of("X-Request-Id")).isSameAs(of("X-Request-Id")).hasToString("X-Request-Id");
    }

    @Test
    void theCaseIsKept() {
        assertThatObject(of("accept")).hasToString("accept");
        assertThatObject(of("Accept")).hasToString("Accept");
        assertThatObject(of("accept")).hasToString("accept");
    }

    @Test
    void aLongNameIsNotKept() {
        String name = "x".repeat(65);
        assertThatObject(of(name)).hasToString(name).isNotSameAs(of(name));
    }

    @Test
    void namesThatPutEachOtherOutStayThemselves() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            int length = 1 + random.nextInt(70);
            StringBuilder name = new StringBuilder();
            for (int at = 0; at < length; at++) {
                name.append((char) ('a' + random.nextInt(length < 3 ? 3 : 26)));
            }
            AsciiString known = of(name.toString());
            assertThatObject(known).hasToString(name.toString());
            assertThatObject(known.array().length).isEqualTo(known.length());
        }
    }
}
