package io.xy.gateway.simulator.instruction;

import java.util.ArrayList;
import java.util.List;

/**
 * Spreads targets, months and sizes over legs by the desk's rules, in the desk's order of tests. Knows what the rules
 * are, not whether they are wise: what they silently drop is the business of {@link StrictRules}.
 */
final class Distribution {
    private static final String DEFAULT_MONTH = "当月";

    private final Elements from;
    private final List<Leg> legs = new ArrayList<>();

    private Distribution(Elements from) {
        this.from = from;
    }

    static List<Leg> legs(Elements from) {
        Distribution distribution = new Distribution(from);
        if (from.strikes().size() > 1) {
            distribution.overStrikes();
        } else if (from.each()) {
            distribution.overTargetsAndMonths();
        } else if (from.months().size() > 1) {
            distribution.overMonths();
        } else {
            distribution.overTargets();
        }
        return distribution.legs;
    }

    private void overStrikes() {
        String target = onlyTarget();
        if (from.months().size() > 1) {
            throw UnreadableInstruction.mismatch("several strikes need one month, not " + from.months());
        }
        List<String> sizes = from.sizes();
        boolean paired = sizes.size() == from.strikes().size();
        if (!paired) {
            needOneSize();
        }
        for (int i = 0; i < from.strikes().size(); i++) {
            add(
                    target,
                    monthOrDefault(),
                    sizes.get(paired ? i : 0),
                    from.strikes().get(i));
        }
    }

    private void overTargetsAndMonths() {
        needOneSize();
        if (from.type() == InstructionType.DELTA_DUAL) {
            onlyTarget();
            if (from.months().size() < 2) {
                throw UnreadableInstruction.mismatch("各 needs two months or more");
            }
        }
        for (String target : from.targets()) {
            for (String month : from.months()) {
                add(first(target), month, from.sizes().get(0));
            }
        }
    }

    private void overMonths() {
        String target = onlyTarget();
        int pairs = Math.min(from.months().size(), from.sizes().size());
        for (int i = 0; i < pairs; i++) {
            add(target, from.months().get(i), from.sizes().get(i));
        }
    }

    private void overTargets() {
        List<String> sizes = from.sizes();
        List<String> targets = from.targets();
        if (sizes.size() == 1) {
            for (String target : targets) {
                add(first(target), monthOrDefault(), sizes.get(0));
            }
        } else if (targets.size() == sizes.size()) {
            for (int i = 0; i < targets.size(); i++) {
                add(first(targets.get(i)), monthOrDefault(), sizes.get(i));
            }
        } else if (targets.size() < sizes.size()) {
            overTwins();
        }
    }

    /** More sizes than targets: every twin stands for both of its targets. */
    private void overTwins() {
        List<String> targets = new ArrayList<>();
        for (String target : from.targets()) {
            targets.add(first(target));
            if (isTwin(target)) {
                targets.add("深" + target);
            }
        }
        if (targets.size() != from.sizes().size()) {
            throw UnreadableInstruction.mismatch(
                    from.sizes().size() + " sizes do not fit " + targets.size() + " targets " + targets);
        }
        for (int i = 0; i < targets.size(); i++) {
            add(targets.get(i), monthOrDefault(), from.sizes().get(i));
        }
    }

    private void add(String target, String month, String size) {
        Lexicon.Strike strike = from.strikes().isEmpty()
                ? new Lexicon.Strike(from.option(), "")
                : from.strikes().get(0);
        add(target, month, size, strike);
    }

    private void add(String target, String month, String size, Lexicon.Strike strike) {
        legs.add(new Leg(from.type(), target, month, size, from.action(), strike.option(), strike.number()));
    }

    private String onlyTarget() {
        if (from.targets().size() != 1) {
            throw UnreadableInstruction.mismatch("exactly one target is needed, not " + from.targets());
        }
        return first(from.targets().get(0));
    }

    private void needOneSize() {
        if (from.sizes().size() != 1) {
            throw UnreadableInstruction.mismatch("exactly one size is needed, not " + from.sizes());
        }
    }

    private String monthOrDefault() {
        return from.months().isEmpty() ? DEFAULT_MONTH : from.months().get(0);
    }

    private static boolean isTwin(String target) {
        return target.equals("300") || target.equals("500");
    }

    private static String first(String target) {
        return isTwin(target) ? "沪" + target : target;
    }
}
