package io.xy.gateway.simulator.desk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.simulator.instruction.InstructionParser;
import io.xy.gateway.simulator.instruction.InstructionType;
import io.xy.gateway.simulator.instruction.Leg;
import io.xy.gateway.simulator.instruction.UnreadableInstruction;
import java.util.List;
import java.util.function.Consumer;

/** Reads traders' lines and pretends to execute them. */
final class InstructionDesk {
    /** The desk's own sentence for a line that cannot be read. */
    private static final String UNREADABLE = "无法解析指令";

    private static final int MAX_LINE = 500;
    private static final long HOUR = 3_600_000;

    private final DeskClock clock;
    private final Executions executions;

    private InstructionDesk(DeskClock clock, Consumer<DeskEvent> events) {
        this.clock = clock;
        this.executions = new Executions(clock, events);
    }

    static DeskService service(DeskClock clock, Consumer<DeskEvent> events) {
        InstructionDesk desk = new InstructionDesk(clock, events);
        return new DeskService("instruction_service", desk.executions::advance)
                .with("parse_instructions", List.of("text", "accounts", "timestamp", "strict", "type"), 1, desk::parse)
                .with(
                        "execute_instructions",
                        List.of("instructions", "accounts", "dry_run", "strict"),
                        2,
                        desk::execute)
                .with("get_execution_status", List.of("execution_id"), 1, desk::status)
                .with("cancel_execution", List.of("execution_id"), 1, desk::cancel)
                .with("get_instruction_history", List.of("accounts", "limit", "offset"), 0, desk::history);
    }

    private JsonObject parse(Arguments arguments) {
        String text = arguments.text("text");
        arguments.texts("accounts");
        arguments.numberOrNull("timestamp");
        boolean strict = arguments.flagOr("strict", false);
        try {
            List<Leg> legs = legs(text, arguments.textOr("type", ""), strict);
            return legs.isEmpty() ? unreadable(UNREADABLE) : readable(text, legs);
        } catch (UnreadableInstruction e) {
            return unreadable(strict && e.getMessage() != null ? e.getMessage() : UNREADABLE);
        }
    }

    /**
     * The legs of a line.
     *
     * @param kind as somebody says; the line's own signs decide when it is empty
     */
    private static List<Leg> legs(String line, String kind, boolean strict) {
        InstructionType type = kind.isEmpty() ? InstructionType.detect(line) : InstructionType.of(kind);
        if (type == null || line.length() > MAX_LINE) {
            throw UnreadableInstruction.mismatch("the kind of instruction cannot be told from the line");
        }
        return strict ? InstructionParser.parseStrictly(type, line) : InstructionParser.parse(type, line);
    }

    private static JsonObject readable(String text, List<Leg> legs) {
        JsonArray instructions = new JsonArray();
        legs.forEach(leg -> instructions.add(ParsedLeg.json(text, leg)));
        return new JsonObject()
                .put("success", true)
                .put("instructions", instructions)
                .put("errors", new JsonArray());
    }

    private static JsonObject unreadable(String why) {
        return new JsonObject()
                .put("success", false)
                .put("instructions", new JsonArray())
                .put("errors", new JsonArray().add(why));
    }

    private JsonObject execute(Arguments arguments) {
        List<Object> instructions = arguments.list("instructions");
        JsonArray accounts = arguments.texts("accounts");
        boolean dry = arguments.flagOr("dry_run", false);
        JsonArray refused = arguments.flagOr("strict", true) ? misread(instructions) : new JsonArray();
        if (!refused.isEmpty()) {
            return new JsonObject()
                    .put("success", false)
                    .put("results", new JsonArray())
                    .put("errors", refused);
        }
        JsonArray results = new JsonArray();
        for (Object instruction : instructions) {
            JsonObject result = new JsonObject().put("instruction", Arguments.textIn(instruction, "raw"));
            results.add(
                    dry
                            ? result.put("status", "pending").put("message", "Dry run: nothing was sent")
                            : result.put("status", "success"));
        }
        return new JsonObject()
                .put("success", true)
                .put("execution_id", executions.begin(accounts, instructions.size(), dry))
                .put("results", results);
    }

    /** Why lines are not executed: what the desk's parser would misread must not become an order. */
    private static JsonArray misread(List<Object> instructions) {
        JsonArray refused = new JsonArray();
        for (Object instruction : instructions) {
            String line = line(instruction);
            try {
                if (!line.isEmpty()
                        && legs(line, Arguments.textIn(instruction, "type"), true)
                                .isEmpty()) {
                    refused.add(line + ": no order can be read from it");
                }
            } catch (UnreadableInstruction e) {
                refused.add(line + ": " + e.getMessage());
            }
        }
        return refused;
    }

    /** The trader's line of an instruction, which may be the line itself; empty when it has none. */
    private static String line(Object instruction) {
        if (instruction instanceof String text) {
            return text;
        }
        for (String name : List.of("raw", "originalText", "text")) {
            String text = Arguments.textIn(instruction, name);
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    private JsonObject status(Arguments arguments) {
        return executions.status(arguments.text("execution_id"));
    }

    private JsonObject cancel(Arguments arguments) {
        return executions.cancel(arguments.text("execution_id"));
    }

    private JsonArray history(Arguments arguments) {
        JsonArray accounts = arguments.texts("accounts");
        int limit = arguments.rows("limit", 10);
        int offset = arguments.rows("offset", 0);
        long now = clock.now();
        JsonArray found = new JsonArray();
        for (int i = offset; i < offset + limit; i++) {
            found.add(new JsonObject()
                    .put("id", "hist_" + i)
                    .put("timestamp", now - i * HOUR)
                    .put("text", "双卖 500 当月 万1 的v")
                    .put("parsed", "沪500 当月 万1 双卖vega")
                    .put("accounts", accounts.copy())
                    .put("status", "completed")
                    .put("execution_id", "exec_" + (now - i * HOUR)));
        }
        return found;
    }
}
