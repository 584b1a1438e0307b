package io.xy.gateway.shared.config;

/**
 * How many requests in which time.
 *
 * @param max requests per window; 0: no limit
 * @param burst requests that may come at once; never 0 when there is a limit
 */
public record LimitRule(long max, long windowMillis, long burst) {
    public static final LimitRule NONE = new LimitRule(0, 1_000, 0);

    public boolean configured() {
        return max > 0;
    }

    /**
     * @param whose requests are counted together, for the documentation
     * @param prefix of the environment variables; empty for a rule that has none
     */
    public static LimitRule read(Section s, String whose, String prefix, long fallbackMax, long fallbackWindowMillis) {
        NumberSetting max = s.integer("max", fallbackMax).range(0, 1_000_000_000);
        NumberSetting window = s.duration("window", fallbackWindowMillis).range(1, 86_400_000);
        NumberSetting burst = s.integer("burst", 0).range(0, 1_000_000_000);
        if (!prefix.isEmpty()) {
            max.env(prefix + "_MAX");
            window.env(prefix + "_WINDOW");
            burst.env(prefix + "_BURST");
        }
        long requests = max.read("Requests " + whose + " per window; 0: no limit");
        long time = window.read("Length of the window");
        long atOnce = burst.read("Requests that may come at once; 0 takes max");
        s.done();
        return new LimitRule(requests, time, atOnce == 0 ? requests : atOnce);
    }
}
