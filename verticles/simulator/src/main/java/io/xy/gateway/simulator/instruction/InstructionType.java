package io.xy.gateway.simulator.instruction;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The five kinds of a trader's line. */
public enum InstructionType {
    VEGA,
    DELTA_SINGLE,
    DELTA_DUAL,
    DELTA_FIXED,
    CLEAR;

    private static final Pattern TRAILING_D = Pattern.compile(".*d" + Lexicon.BLANK + "*", Pattern.DOTALL);

    /** The name on the wire, for example {@code delta_single}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable InstructionType of(String word) {
        for (InstructionType type : values()) {
            if (type.word().equals(word)) {
                return type;
            }
        }
        return null;
    }

    /**
     * The kind that a line looks like, or null. The first of the desk's signs decides; a fixed strike is recognised by a
     * closing {@code d} too, because traders leave out the 的 before it.
     */
    public static @Nullable InstructionType detect(String line) {
        if (line.contains("双买") || line.contains("双卖")) {
            return VEGA;
        }
        if (line.contains("有买有卖") || line.contains("有卖有买")) {
            return DELTA_DUAL;
        }
        if (line.contains("平") || line.contains("清")) {
            return CLEAR;
        }
        boolean d = line.contains("的d") || TRAILING_D.matcher(line).matches();
        if (d && Lexicon.hasStrike(line)) {
            return DELTA_FIXED;
        }
        if (line.contains("的c") || line.contains("的p")) {
            return DELTA_SINGLE;
        }
        return null;
    }
}
