package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N12")
class XyProtocolTest {
    private static final String SUBJECT = "xy.md.tick.SHFE.rb2510";

    private final Gateway gateway = Gateway.start();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    @Tag("N2")
    void aSubscriberGetsTheFirstValueAsAnImageAndThenUpdates() {
        FakeSource source = gateway.source();
        XyTestClient trader = gateway.trader();
        JsonObject hello = trader.await("hello").getJsonObject(1);
        assertThat(hello.getInteger("v")).isEqualTo(1);
        assertThat(hello.getString("node")).isEqualTo(Gateway.NODE);
        trader.subscribe(10, "xy.md.tick.>");
        assertThat(trader.await("e")).isEqualTo(new JsonArray("[\"e\",10,{\"n\":0}]"));
        source.awaitInterest("xy.md.tick.>");
        source.value(SUBJECT, "e7", 5, "{\"p\":3512.50}");
        trader.await("s");
        source.value(SUBJECT, "e7", 6, "{\"p\":3513}");
        trader.await("d", record -> record.getLong(2) == 6);
        assertThat(trader.frames().get(trader.frames().size() - 2))
                .isEqualTo("[[\"b\",1,\"" + SUBJECT + "\",\"e7\",{\"o\":\"node\",\"q\":\"step\"}],"
                        + "[\"s\",1,5,1700000000005,{\"p\":3512.50}]]");
        assertThat(trader.frames().get(trader.frames().size() - 1))
                .isEqualTo("[[\"d\",1,6,1700000000006,{\"p\":3513}]]");
    }
}
