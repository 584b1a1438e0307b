package io.xy.gateway.simulator.instruction;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses lines that the desk's rules read, but not as their author meant them: an unwanted order costs more than a
 * question.
 */
final class StrictRules {
    private static final Pattern ANY_UNIT = Pattern.compile("[千万]");
    private static final Pattern SIZE = Pattern.compile("[千万份][0-9]+(\\.[0-9]+)?");
    private static final Pattern ZERO = Pattern.compile("[千万份][0.]+");
    private static final String NAME_ENDS = "创证中深沪圳";

    private StrictRules() {}

    /**
     * @throws UnreadableInstruction with a sentence for the trader
     */
    static void check(Elements line, List<Leg> legs) {
        String complaint = complaint(line, legs);
        if (complaint != null) {
            throw UnreadableInstruction.misleading(complaint);
        }
    }

    private static @Nullable String complaint(Elements line, List<Leg> legs) {
        if (line.targets().isEmpty()) {
            return "no target is named";
        }
        String complaint = aboutTargets(line);
        if (complaint == null) {
            complaint = aboutMonths(line);
        }
        if (complaint == null) {
            complaint = aboutSizes(line);
        }
        if (complaint == null) {
            complaint = aboutSigns(line);
        }
        return complaint == null && legs.isEmpty()
                ? "nothing would be ordered: targets and sizes do not fit"
                : complaint;
    }

    private static @Nullable String aboutTargets(Elements line) {
        if (!Lexicon.targets(withoutSizes(line)).equals(line.targets())) {
            return "a size would be read as a target as well: " + line.targets();
        }
        String rest = line.rest();
        for (Matcher target = Lexicon.TARGET.matcher(rest); target.find(); ) {
            boolean bare = Character.isDigit(target.group().charAt(0));
            if (bare && target.start() > 0 && belongsToName(rest.charAt(target.start() - 1))) {
                return "unknown target before '" + target.group() + "'";
            }
            boolean number =
                    Character.isDigit(target.group().charAt(target.group().length() - 1));
            if (number && target.end() < rest.length() && isNumber(rest.charAt(target.end()))) {
                return "unknown target: '" + target.group() + "' is part of a longer number";
            }
        }
        return null;
    }

    private static @Nullable String aboutMonths(Elements line) {
        String rest = Lexicon.MONTH.matcher(line.rest()).replaceAll("");
        if (rest.indexOf('月') >= 0 || rest.indexOf('季') >= 0) {
            return "unknown month: use 当月, 下月, 下季 or 隔季";
        }
        if (line.strikes().size() > 1) {
            return null;
        }
        int months = line.months().size();
        if (line.each()) {
            return months == 0 ? "各 needs a month" : null;
        }
        return months > 1 && months != line.sizes().size()
                ? months + " months and " + line.sizes().size() + " sizes: some would be dropped; use 各 for one size"
                : null;
    }

    private static @Nullable String aboutSizes(Elements line) {
        if (line.type() == InstructionType.CLEAR) {
            return line.sizes().isEmpty() ? "平 or 清 is needed" : null;
        }
        boolean shares =
                line.type() == InstructionType.DELTA_DUAL && line.rest().indexOf('份') >= 0;
        int units = count(ANY_UNIT, line.rest());
        if (units > (shares ? 0 : 1)) {
            return "a second 万 or 千 would be ignored: write 万1 0.5, not 万1 万0.5";
        }
        for (String size : line.sizes()) {
            if (!SIZE.matcher(size).matches() || ZERO.matcher(size).matches()) {
                return "not a usable size: " + size;
            }
        }
        return null;
    }

    private static @Nullable String aboutSigns(Elements line) {
        String text = line.line();
        return switch (line.type()) {
            case DELTA_SINGLE ->
                text.contains("的c") == text.contains("的p")
                        ? "say 的c for calls or 的p for puts: anything else would be read as puts or calls by chance"
                        : null;
            case DELTA_DUAL ->
                text.contains("调正") && text.contains("调负") ? "both 调正 and 调负: 调正 would be ignored" : null;
            case VEGA -> text.contains("双买") && text.contains("双卖") ? "both 双买 and 双卖: one would be ignored" : null;
            default -> null;
        };
    }

    private static String withoutSizes(Elements line) {
        if (line.type() == InstructionType.CLEAR) {
            return line.rest();
        }
        boolean shares =
                line.type() == InstructionType.DELTA_DUAL && line.rest().indexOf('份') >= 0;
        return (shares ? Lexicon.UNIT_LAST : Lexicon.UNIT_FIRST)
                .matcher(line.rest())
                .replaceAll(" ");
    }

    private static boolean belongsToName(char before) {
        return NAME_ENDS.indexOf(before) >= 0 || isNumber(before);
    }

    private static boolean isNumber(char c) {
        return c >= '0' && c <= '9' || c == '.';
    }

    private static int count(Pattern pattern, String text) {
        int count = 0;
        for (Matcher found = pattern.matcher(text); found.find(); ) {
            count++;
        }
        return count;
    }
}
