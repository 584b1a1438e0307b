package io.xy.gateway.testkit;

import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Writes one line per test: result, tags, class and method. */
public final class EvidenceListener implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            note(test, result.getStatus().name());
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        note(test, "SKIPPED");
    }

    private static void note(TestIdentifier test, String status) {
        String tags = test.getTags().stream().map(TestTag::getName).sorted().collect(Collectors.joining(","));
        Evidence.append("tests.tsv", status + "\t" + tags + "\t" + place(test) + "\t" + oneLine(test.getDisplayName()));
    }

    private static String place(TestIdentifier test) {
        return test.getSource()
                .map(source -> switch (source) {
                    case MethodSource method -> method.getJavaClass().getSimpleName() + "#" + method.getMethodName();
                    case ClassSource type -> type.getJavaClass().getSimpleName();
                    default -> source.toString();
                })
                .orElse("?");
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
