package io.xy.gateway.simulator.instruction;

/**
 * One order that a line asks for. Fields that the kind does not have are empty.
 *
 * @param size unit before number ({@code 万0.5}, {@code 份1}), or a percentage for clear ({@code 20%})
 * @param action {@code 双买}, {@code 双卖}, {@code 买}, {@code 卖} or {@code 平}; empty for dual-side delta
 * @param option {@code call} or {@code put}; empty for vega
 * @param strike text of the number, as it was written
 */
public record Leg(
        InstructionType type, String target, String month, String size, String action, String option, String strike) {
    /** The normal form of the desk: fields joined by one blank. */
    public String line() {
        String start = target + ' ' + month + ' ';
        return switch (type) {
            case VEGA -> start + size + ' ' + action + "vega";
            case DELTA_SINGLE -> start + size + ' ' + action + option;
            case DELTA_DUAL -> start + size + ' ' + option;
            case DELTA_FIXED -> start + size + ' ' + action + ' ' + option + '-' + strike;
            case CLEAR -> start + option + '-' + strike + ' ' + action + size;
        };
    }
}
