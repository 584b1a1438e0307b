package io.xy.gateway.simulator.instruction;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The vocabulary of traders' lines and how it is found in them: anywhere, from left to right, unknown text ignored.
 *
 * <p>Character classes are those of Python text, which the desk's parsers are written in: blanks are what
 * {@code str.isspace} says, digits of strikes and percentages are any Unicode digits, digits of sizes are ASCII.
 */
final class Lexicon {
    static final String BLANK =
            "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

    private static final String SIZE_RUN =
            "[0-9.\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
    private static final String NUMBER = "\\p{Nd}+\\.?\\p{Nd}*";

    /** The order matters: the first alternative that fits at a place wins. */
    static final Pattern TARGET = Pattern.compile(
            "沪500|沪300|沪50|科创50|科创80|深圳500|深圳300|深圳100|深500|深300|深100" + "|创业板|500|300|100|80|50|IH|IF|IC|IM");

    static final Pattern MONTH = Pattern.compile("当月|下月|下季|隔季");
    static final Pattern UNIT_FIRST = Pattern.compile("([千万])(" + SIZE_RUN + ")");
    static final Pattern UNIT_LAST = Pattern.compile("(" + SIZE_RUN + ")(份)");
    private static final Pattern STRIKE = Pattern.compile("(" + NUMBER + ")([cp])");
    private static final Pattern PERCENTAGE = Pattern.compile("(" + NUMBER + ")%");
    private static final Pattern BLANKS = Pattern.compile(BLANK + "+");

    private static final Map<String, String> FULL_NAMES = Map.of(
            "80", "科创80",
            "50", "沪50",
            "100", "深100",
            "深圳500", "深500",
            "深圳300", "深300",
            "深圳100", "深100");

    /** A fixed strike: {@code call} or {@code put}, and the number as it was written. */
    record Strike(String option, String number) {}

    private Lexicon() {}

    /** Targets under their full names; the twins {@code 300} and {@code 500} stay as they are. */
    static List<String> targets(String line) {
        List<String> targets = new ArrayList<>();
        for (Matcher found = TARGET.matcher(line); found.find(); ) {
            targets.add(FULL_NAMES.getOrDefault(found.group(), found.group()));
        }
        return targets;
    }

    static List<String> months(String line) {
        List<String> months = new ArrayList<>();
        for (Matcher found = MONTH.matcher(line); found.find(); ) {
            months.add(found.group());
        }
        return months;
    }

    /** Sizes after the first 万 or 千. */
    static List<String> sizes(String line) {
        Matcher found = UNIT_FIRST.matcher(line);
        if (!found.find()) {
            throw UnreadableInstruction.missing("a size such as 万1");
        }
        return withUnit(found.group(1), found.group(2));
    }

    /** Sizes of a dual-side line, where 份 may stand after the numbers. */
    static List<String> sizesOrShares(String line) {
        if (!line.contains("份")) {
            return sizes(line);
        }
        Matcher found = UNIT_LAST.matcher(line);
        if (!found.find()) {
            throw UnreadableInstruction.missing("a number before 份");
        }
        return withUnit(found.group(2), found.group(1));
    }

    static boolean hasStrike(String line) {
        return STRIKE.matcher(line).find();
    }

    static List<Strike> strikes(String line) {
        List<Strike> strikes = new ArrayList<>();
        for (Matcher found = STRIKE.matcher(line); found.find(); ) {
            strikes.add(new Strike(found.group(2).equals("c") ? "call" : "put", found.group(1)));
        }
        return strikes;
    }

    /** The line without its strikes. As many rounds as there are strikes, since a cut can join what makes a new one. */
    static String withoutStrikes(String line, int rounds) {
        String rest = line;
        for (int i = 0; i < rounds; i++) {
            rest = STRIKE.matcher(rest).replaceAll("");
        }
        return rest;
    }

    static List<String> percentages(String line) {
        List<String> percentages = new ArrayList<>();
        for (Matcher found = PERCENTAGE.matcher(line); found.find(); ) {
            percentages.add(found.group());
        }
        return percentages;
    }

    static String withoutPercentages(String line) {
        return PERCENTAGE.matcher(line).replaceAll("");
    }

    private static List<String> withUnit(String unit, String run) {
        List<String> sizes = new ArrayList<>();
        for (String number : BLANKS.split(run)) {
            if (!number.isEmpty()) {
                sizes.add(unit + number);
            }
        }
        return sizes;
    }
}
