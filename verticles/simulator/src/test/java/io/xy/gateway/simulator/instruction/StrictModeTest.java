package io.xy.gateway.simulator.instruction;

import static io.xy.gateway.simulator.instruction.InstructionType.CLEAR;
import static io.xy.gateway.simulator.instruction.InstructionType.DELTA_DUAL;
import static io.xy.gateway.simulator.instruction.InstructionType.DELTA_FIXED;
import static io.xy.gateway.simulator.instruction.InstructionType.DELTA_SINGLE;
import static io.xy.gateway.simulator.instruction.InstructionType.VEGA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("Z10")
class StrictModeTest {
    static Stream<Arguments> misread() {
        return Stream.of(
                Arguments.of(DELTA_SINGLE, "500 买 万50 的c", "a size would be read as a target"),
                Arguments.of(VEGA, "IM 双卖 千100 的v", "a size would be read as a target"),
                Arguments.of(DELTA_FIXED, "IH 卖 2450p 万50 的d", "a size would be read as a target"),
                Arguments.of(DELTA_DUAL, "IH 有买有卖 调正 50份", "a size would be read as a target"),
                Arguments.of(DELTA_SINGLE, "500 买 当月下月 万1 的c", "2 months and 1 sizes"),
                Arguments.of(VEGA, "双卖 500 当月下月 万1 0.5 2 的v", "2 months and 3 sizes"),
                Arguments.of(DELTA_SINGLE, "500 买 万1 万0.5 的c", "a second 万 or 千"),
                Arguments.of(DELTA_DUAL, "科创50 有买有卖 调正 1份 万1", "a second 万 or 千"),
                Arguments.of(DELTA_SINGLE, "500 300 创业板 买 万1 0.5 的c", "nothing would be ordered"),
                Arguments.of(DELTA_SINGLE, "500 购买 万1 的看涨", "say 的c for calls"),
                Arguments.of(DELTA_SINGLE, "买 500 万1", "say 的c for calls"),
                Arguments.of(DELTA_SINGLE, "买 500 万1 的c 的p", "say 的c for calls"),
                Arguments.of(DELTA_SINGLE, "买 万1 的c", "no target is named"),
                Arguments.of(VEGA, "双卖 万1 的v", "no target is named"),
                Arguments.of(CLEAR, "5.5c 平20%", "no target is named"),
                Arguments.of(VEGA, "双卖 500 次月 万1 的v", "unknown month"),
                Arguments.of(VEGA, "双卖 500 季月 万1 的v", "unknown month"),
                Arguments.of(DELTA_SINGLE, "500 各万1 买 的c", "各 needs a month"),
                Arguments.of(CLEAR, "500 5.5c 各平20%", "各 needs a month"),
                Arguments.of(CLEAR, "500 5.5c", "平 or 清 is needed"),
                Arguments.of(DELTA_SINGLE, "科创100 买 万1 的c", "unknown target"),
                Arguments.of(DELTA_SINGLE, "上证50 买 万1 的c", "unknown target"),
                Arguments.of(DELTA_SINGLE, "1500 买 万1 的c", "unknown target"),
                Arguments.of(DELTA_SINGLE, "沪5000 买 万1 的c", "unknown target"),
                Arguments.of(DELTA_SINGLE, "500 买 万1.2.3 的c", "not a usable size"),
                Arguments.of(DELTA_SINGLE, "500 买 万0 的c", "not a usable size"),
                Arguments.of(VEGA, "双卖 双买 500 万1 的v", "both 双买 and 双卖"),
                Arguments.of(DELTA_DUAL, "500 有买有卖 调正 调负 万1 的d", "both 调正 and 调负"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("misread")
    void whatTheDeskMisreadsIsRefusedWithASentence(InstructionType type, String line, String why) {
        assertThat(InstructionParser.parse(type, line)).isNotNull();
        assertThatThrownBy(() -> InstructionParser.parseStrictly(type, line))
                .isInstanceOf(UnreadableInstruction.class)
                .hasMessageContaining(why)
                .extracting(e -> ((UnreadableInstruction) e).kind())
                .isEqualTo(UnreadableInstruction.Kind.MISLEADING);
    }

    @Test
    void severalStrikesWithOneSizeAreNotMisread() {
        assertThat(InstructionParser.parseStrictly(DELTA_FIXED, "科创50 卖出 0.7c 0.75c 千0.3d"))
                .hasSize(2);
    }

    @Test
    void aFixedStrikeIsRecognisedByItsClosingD() {
        assertThat(InstructionType.detect("科创50 卖出 0.7c  0.75c 千0.3d")).isEqualTo(DELTA_FIXED);
        assertThat(InstructionType.detect("科创50 卖出 0.7c  0.75c 万0.3  0.5 d ")).isEqualTo(DELTA_FIXED);
    }

    @Test
    void aLineWithoutAnySignIsOfNoKind() {
        assertThat(InstructionType.detect("500 买 万1")).isNull();
        assertThat(InstructionType.detect("")).isNull();
        assertThat(InstructionType.of("straddle")).isNull();
    }
}
