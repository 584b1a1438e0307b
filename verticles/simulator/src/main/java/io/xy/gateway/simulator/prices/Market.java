package io.xy.gateway.simulator.prices;

import io.xy.gateway.shared.message.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** All prices of the simulator. Belongs to its owner's event loop. */
public final class Market {
    public static final String DESK_SUBJECT = "xy.md.market.500";

    /** Hears one value. */
    public interface Listener {
        /**
         * @param timestamp milliseconds since 1970
         */
        void onValue(String subject, Payload payload, long timestamp);
    }

    private record Quoted(String subject, Price price) {}

    private final List<Quoted> quoted = new ArrayList<>();

    public Market(RandomGenerator random) {
        for (Instrument instrument : Instrument.ALL) {
            quoted.add(new Quoted(instrument.subject(), new Price(instrument, random)));
        }
    }

    /** One tick of each symbol. */
    public void tick(long now, Listener listener) {
        for (Quoted each : quoted) {
            listener.onValue(each.subject, each.price.next(now), now);
        }
    }

    /** The desk's own market record, whose values never change there either. */
    public static void deskRecord(long now, Listener listener) {
        String json = "{\"symbol\":\"沪500\",\"price\":5.123,\"timestamp\":" + now
                + ",\"bid\":5.120,\"ask\":5.126,\"volume\":12345}";
        listener.onValue(DESK_SUBJECT, Payload.utf8(json), now);
    }
}
