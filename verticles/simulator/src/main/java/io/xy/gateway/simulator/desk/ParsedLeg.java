package io.xy.gateway.simulator.desk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.simulator.instruction.InstructionType;
import io.xy.gateway.simulator.instruction.Leg;
import java.math.BigDecimal;

/** How one leg looks in the answer of {@code parse_instructions}. */
final class ParsedLeg {
    private static final int CONTRACTS = 5;
    private static final BigDecimal STEP = new BigDecimal("0.1");

    private ParsedLeg() {}

    static JsonObject json(String raw, Leg leg) {
        JsonObject json = new JsonObject()
                .put("type", leg.type().word())
                .put("raw", raw)
                .put("parsed", leg.line())
                .put("target", leg.target())
                .put("month", leg.month())
                .put("exposure", leg.size())
                .put("direction", direction(leg))
                .put("contracts", contracts(leg));
        if (!leg.option().isEmpty()) {
            json.put("optionType", leg.option());
        }
        if (!leg.strike().isEmpty()) {
            json.put("strike", leg.strike());
        }
        if (leg.type() == InstructionType.CLEAR) {
            json.put("percentage", leg.size());
        }
        return json;
    }

    /** Buy or sell, as the desk has no third word: adjusting up buys, closing sells. */
    private static String direction(Leg leg) {
        return switch (leg.type()) {
            case VEGA, DELTA_SINGLE, DELTA_FIXED -> leg.action().endsWith("买") ? "buy" : "sell";
            case DELTA_DUAL -> leg.option().equals("call") ? "buy" : "sell";
            case CLEAR -> "sell";
        };
    }

    /** Invented names: calls from 5.0, puts from 4.5 upwards; with a strike the one contract and its neighbours. */
    private static JsonArray contracts(Leg leg) {
        String option = leg.option().isEmpty() ? "call" : leg.option();
        BigDecimal price = first(leg, option);
        JsonArray names = new JsonArray();
        for (int i = 0; i < CONTRACTS; i++) {
            names.add(leg.target() + '-' + price.toPlainString() + '-' + option);
            price = price.add(STEP);
        }
        return names;
    }

    private static BigDecimal first(Leg leg, String option) {
        if (leg.strike().isEmpty()) {
            return new BigDecimal(option.equals("call") ? "5.0" : "4.5");
        }
        StringBuilder ascii = new StringBuilder();
        leg.strike().codePoints().forEach(c -> ascii.append(c == '.' ? "." : Integer.toString(Character.digit(c, 10))));
        return new BigDecimal(ascii.toString());
    }
}
