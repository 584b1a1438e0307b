package io.xy.gateway.simulator.prices;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.security.Subjects;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z10")
class MarketTest {
    private final Map<String, JsonObject> last = new HashMap<>();

    @Test
    void everySymbolTicksWithBidBelowAndAskAbove() {
        new Market(new SplittableRandom(1)).tick(1_718_960_000_000L, this::keep);

        assertThat(last)
                .containsKeys(
                        "xy.md.tick.demo",
                        "xy.md.tick.510050",
                        "xy.md.tick.510300",
                        "xy.md.tick.510500",
                        "xy.md.tick.588000",
                        "xy.md.tick.159915",
                        "xy.md.tick.IF",
                        "xy.md.tick.IH",
                        "xy.md.tick.IC",
                        "xy.md.tick.IM");
        assertThat(last).allSatisfy((subject, tick) -> {
            assertThat(Subjects.isSubject(subject)).isTrue();
            assertThat(subject).endsWith("." + tick.getString("symbol"));
            assertThat(tick.fieldNames()).containsExactly("ts_ms", "symbol", "price", "volume", "bid", "ask");
            assertThat(tick.getLong("ts_ms")).isEqualTo(1_718_960_000_000L);
            assertThat(tick.getDouble("bid")).isLessThan(tick.getDouble("price"));
            assertThat(tick.getDouble("ask")).isGreaterThan(tick.getDouble("price"));
        });
    }

    @Test
    void pricesWalkInSmallStepsAroundTheirBaseAndVolumeGrows() {
        Market market = new Market(new SplittableRandom(2));
        double before = 2.987;
        int volume = 0;
        for (int i = 0; i < 20_000; i++) {
            market.tick(i, this::keep);
            JsonObject tick = Objects.requireNonNull(last.get("xy.md.tick.510050"));
            assertThat(tick.getDouble("price")).isBetween(before - 0.012, before + 0.012);
            assertThat(tick.getInteger("volume")).isGreaterThan(volume);
            before = tick.getDouble("price");
            volume = tick.getInteger("volume");
            assertThat(before).isBetween(2.0, 4.0);
        }
    }

    @Test
    void aPriceBelowOneIsWrittenWithItsZeros() {
        Price price = new Price(new Instrument("low", 2, 3, 5), new SplittableRandom(3));
        for (int i = 0; i < 50; i++) {
            JsonObject tick = price.next(i).toBuffer().toJsonObject();
            assertThat(tick.getDouble("price")).isPositive();
            assertThat(tick.getDouble("bid")).isNotNegative();
        }
    }

    @Test
    void theDesksMarketRecordHasTheDesksContent() {
        Market.deskRecord(77, this::keep);

        assertThat(last.get("xy.md.market.500"))
                .isEqualTo(new JsonObject()
                        .put("symbol", "沪500")
                        .put("price", 5.123)
                        .put("timestamp", 77)
                        .put("bid", 5.120)
                        .put("ask", 5.126)
                        .put("volume", 12_345));
    }

    private void keep(String subject, Payload payload, long timestamp) {
        last.put(subject, payload.toBuffer().toJsonObject());
    }
}
