package io.xy.gateway.wsfanout.hub;

/** How often a {@code latest} subscription hears of one subject at most. Ordered from slowest to fastest. */
public enum Tier {
    HZ1(1),
    HZ4(4),
    HZ10(10),
    HZ30(30),
    HZ100(100),
    /** With each flush at the end of an event-loop turn. */
    TURN(0);

    private final int rate;

    Tier(int rate) {
        this.rate = rate;
    }

    /** Updates per second and subject; 0 means each flush. */
    public int rate() {
        return rate;
    }

    /** Milliseconds between two updates; 0 for each flush. */
    public int periodMillis() {
        return rate == 0 ? 0 : 1_000 / rate;
    }

    /** The fastest tier that does not exceed what was asked; 1 Hz for less than that. */
    public static Tier granted(long asked) {
        if (asked == 0) {
            return TURN;
        }
        Tier granted = HZ1;
        for (Tier tier : values()) {
            if (tier != TURN && tier.rate <= asked) {
                granted = tier;
            }
        }
        return granted;
    }
}
