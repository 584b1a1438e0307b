package io.xy.gateway.shared.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Numbers are written as Java writes them, whichever way is taken. */
@Tag("Z3")
class PlainDigitsTest {
    private final Random random = new Random(9);

    @Test
    void wholeNumbersHaveTheirDigits() {
        for (long power = 1; power <= 1_000_000_000_000_000L; power *= 10) {
            isWritten(power - 1);
            isWritten(power);
            isWritten(power + 1);
        }
        for (int i = 0; i < 100_000; i++) {
            isWritten(random.nextLong() >>> 11 + random.nextInt(53));
            isWritten(random.nextInt(100_000_000));
        }
    }

    @Test
    void everyGroupOfFourDigitsIsWritten() {
        for (int i = 0; i < 10_000; i++) {
            isWritten(i);
            isWritten(i * 10_000L + 9_999 - i);
        }
    }

    @Test
    void aPointStandsBeforeTheLastDigits() {
        for (int decimals = 1; decimals <= 7; decimals++) {
            for (int power = 1; power < 100_000_000; power *= 10) {
                isWritten(power - 1, decimals);
                isWritten(power, decimals);
            }
            isWritten(99_999_999, decimals);
            for (int i = 0; i < 20_000; i++) {
                isWritten(random.nextInt(100_000_000) >> random.nextInt(27), decimals);
            }
        }
    }

    @Test
    void realNumbersAreThoseOfDouble() throws PickleException {
        for (double edge : new double[] {0, -0.0, 1e-3, 9.99e-4, 1e7, 9_999_999.9, 0x1p53, 0x1p53 - 1, 0x1p53 + 2}) {
            isRead(edge);
            isRead(-edge);
        }
        for (int i = 0; i < 50_000; i++) {
            isRead(random.nextInt(1_000_000) / 100.0);
            isRead(random.nextInt(1_000_000_000) / 100.0);
            isRead(-random.nextLong(100_000_000_000L) / 10_000.0);
            isRead(random.nextInt() / 10_000.0);
            isRead(random.nextDouble() * 1e7);
            isRead((double) (random.nextLong() >> random.nextInt(63)));
            isRead(random.nextInt(2_000_000) * 1_000.0);
        }
    }

    private static void isWritten(long value) {
        String text = Long.toString(value);
        byte[] digits = new byte[32];
        int end = PlainDigits.write(value, digits, 1);
        assertThat(new String(digits, 1, end - 1, StandardCharsets.US_ASCII)).isEqualTo(text);
    }

    private static void isWritten(int value, int decimals) {
        String text = BigDecimal.valueOf(value, decimals).toPlainString();
        byte[] digits = new byte[32];
        int end = PlainDigits.writeDecimal(value, decimals, digits, 1);
        assertThat(new String(digits, 1, end - 1, StandardCharsets.US_ASCII)).isEqualTo(text);
    }

    private static void isRead(double value) throws PickleException {
        byte[] pickle = ByteBuffer.allocate(12)
                .put((byte) 0x80)
                .put((byte) 4)
                .put((byte) 'G')
                .putDouble(value)
                .put((byte) '.')
                .array();
        assertThat(PickleReader.toJson(pickle, PickleLimits.DEFAULT).text()).isEqualTo(Double.toString(value));
    }
}
