package io.xy.gateway.simulator.instruction;

import java.util.List;

/** Reads traders' lines exactly as the desk's parsers do; in strict mode refuses what those misread. Stateless. */
public final class InstructionParser {
    private InstructionParser() {}

    /**
     * The legs of a line of a known kind. Empty when the desk's rules yield nothing and do not complain.
     *
     * @throws UnreadableInstruction when something is missing or does not fit
     */
    public static List<Leg> parse(InstructionType type, String line) {
        return Distribution.legs(Elements.of(type, line));
    }

    /**
     * As {@link #parse}, but what would be read otherwise than it was meant is refused with a sentence for the trader.
     *
     * @throws UnreadableInstruction also for sizes read as targets, dropped months or sizes, a missing option letter, no
     *     target and unknown months
     */
    public static List<Leg> parseStrictly(InstructionType type, String line) {
        Elements elements = Elements.of(type, line);
        List<Leg> legs = Distribution.legs(elements);
        StrictRules.check(elements, legs);
        return legs;
    }
}
