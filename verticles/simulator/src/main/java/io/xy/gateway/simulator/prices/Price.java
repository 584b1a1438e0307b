package io.xy.gateway.simulator.prices;

import io.xy.gateway.shared.message.Payload;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** The random walk of one instrument: small steps that pull back to where it began. */
final class Price {
    private static final int MAX_STEP = 3;
    private static final int PULL = 200;

    private final Instrument instrument;
    private final RandomGenerator random;
    private long last;
    private long volume;

    Price(Instrument instrument, RandomGenerator random) {
        this.instrument = instrument;
        this.random = random;
        this.last = instrument.base();
    }

    /** The next tick as JSON, price and volume moved on. */
    Payload next(long now) {
        long away = last - instrument.base();
        last = Math.max(1, last + random.nextInt(-MAX_STEP, MAX_STEP + 1) - away / PULL);
        volume += random.nextInt(1, 50);
        StringBuilder json = new StringBuilder(128);
        json.append("{\"ts_ms\":").append(now);
        json.append(",\"symbol\":\"").append(instrument.symbol()).append('"');
        decimal(json.append(",\"price\":"), last);
        json.append(",\"volume\":").append(volume);
        decimal(json.append(",\"bid\":"), last - instrument.spread());
        decimal(json.append(",\"ask\":"), last + instrument.spread());
        return Payload.of(json.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Written as digits, since a double would show its binary form now and then. */
    private void decimal(StringBuilder json, long units) {
        long positive = Math.max(0, units);
        String digits = Long.toString(positive);
        int decimals = instrument.decimals();
        for (int i = digits.length(); i <= decimals; i++) {
            digits = '0' + digits;
        }
        json.append(digits, 0, digits.length() - decimals)
                .append('.')
                .append(digits, digits.length() - decimals, digits.length());
    }
}
