package io.xy.gateway.simulator.instruction;

import java.util.List;

/**
 * What was found in one line, before it is spread over legs.
 *
 * @param rest the line without strikes and percentages: what targets, months and sizes were searched in
 * @param each whether 各 stands in the line
 * @param sizes sizes with their unit, or percentages
 */
record Elements(
        InstructionType type,
        String line,
        String rest,
        boolean each,
        List<String> targets,
        List<String> months,
        List<String> sizes,
        String action,
        String option,
        List<Lexicon.Strike> strikes) {

    static Elements of(InstructionType type, String line) {
        return switch (type) {
            case VEGA -> vega(line);
            case DELTA_SINGLE ->
                plain(type, line, side(line), Lexicon.sizes(line), line.contains("c") ? "call" : "put");
            case DELTA_DUAL -> plain(type, line, "", Lexicon.sizesOrShares(line), adjustment(line));
            case DELTA_FIXED -> fixed(line);
            case CLEAR -> clear(line);
        };
    }

    private static Elements vega(String line) {
        int buy = line.indexOf("双买");
        int sell = line.indexOf("双卖");
        if (buy < 0 && sell < 0) {
            throw UnreadableInstruction.missing("双买 or 双卖");
        }
        List<String> sizes = Lexicon.sizes(line);
        if (!line.contains("v")) {
            throw UnreadableInstruction.mismatch("vega needs a letter v");
        }
        boolean buys = sell < 0 || buy >= 0 && buy < sell;
        return plain(InstructionType.VEGA, line, buys ? "双买" : "双卖", sizes, "");
    }

    private static Elements plain(InstructionType type, String line, String action, List<String> sizes, String option) {
        return of(type, line, line, sizes, action, option, List.of());
    }

    private static Elements fixed(String line) {
        String action = side(line);
        List<Lexicon.Strike> strikes = strikes(line);
        String rest = Lexicon.withoutStrikes(line, strikes.size());
        return of(InstructionType.DELTA_FIXED, line, rest, Lexicon.sizes(rest), action, "", strikes);
    }

    private static Elements clear(String line) {
        List<Lexicon.Strike> strikes = strikes(line);
        String uncut = Lexicon.withoutStrikes(line, strikes.size());
        boolean closes = uncut.contains("平") || uncut.contains("清");
        if (closes && !uncut.contains("%")) {
            uncut += " 100%";
        }
        List<String> percentages = Lexicon.percentages(uncut);
        String rest = Lexicon.withoutPercentages(uncut);
        return of(InstructionType.CLEAR, line, rest, percentages, "平", "", strikes);
    }

    private static Elements of(
            InstructionType type,
            String line,
            String rest,
            List<String> sizes,
            String action,
            String option,
            List<Lexicon.Strike> strikes) {
        return new Elements(
                type,
                line,
                rest,
                rest.contains("各"),
                Lexicon.targets(rest),
                Lexicon.months(rest),
                sizes,
                action,
                option,
                strikes);
    }

    private static List<Lexicon.Strike> strikes(String line) {
        List<Lexicon.Strike> strikes = Lexicon.strikes(line);
        if (strikes.isEmpty()) {
            throw UnreadableInstruction.mismatch("a strike such as 5.5c is needed");
        }
        return strikes;
    }

    /** 买 or 卖, whichever comes first. */
    private static String side(String line) {
        int buy = line.indexOf('买');
        int sell = line.indexOf('卖');
        if (buy < 0 && sell < 0) {
            throw UnreadableInstruction.missing("买 or 卖");
        }
        return sell < 0 || buy >= 0 && buy < sell ? "买" : "卖";
    }

    private static String adjustment(String line) {
        if (line.contains("调负")) {
            return "put";
        }
        if (line.contains("调正")) {
            return "call";
        }
        throw UnreadableInstruction.mismatch("调正 or 调负 is needed");
    }
}
