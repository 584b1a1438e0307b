package io.xy.gateway.simulator.prices;

import java.util.List;

/**
 * Something that has a price.
 *
 * @param symbol last token of its subject
 * @param base first price, in units of 10^-decimals
 * @param spread between bid and ask, and the smallest step, in the same units
 */
record Instrument(String symbol, long base, int decimals, int spread) {
    /** What the desk trades: ETFs and index futures, and the demo subject of the first gateway. */
    static final List<Instrument> ALL = List.of(
            new Instrument("demo", 5_123, 3, 2),
            new Instrument("510050", 2_987, 3, 1),
            new Instrument("510300", 4_521, 3, 1),
            new Instrument("510500", 6_843, 3, 1),
            new Instrument("588000", 1_374, 3, 1),
            new Instrument("588080", 1_342, 3, 1),
            new Instrument("159901", 3_398, 3, 1),
            new Instrument("159915", 2_851, 3, 1),
            new Instrument("159919", 4_612, 3, 1),
            new Instrument("159922", 2_977, 3, 1),
            new Instrument("IF", 46_380, 1, 2),
            new Instrument("IH", 30_124, 1, 2),
            new Instrument("IC", 71_556, 1, 2),
            new Instrument("IM", 73_942, 1, 2));

    String subject() {
        return "xy.md.tick." + symbol;
    }
}
