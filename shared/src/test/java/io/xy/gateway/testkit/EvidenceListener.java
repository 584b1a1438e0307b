package io.xy.gateway.testkit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Writes one line per test: result, tags, class and method. */
public final class EvidenceListener implements TestExecutionListener {
    private static final Pattern CLASS = Pattern.compile("\\[class:([^\\]]+)]");

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

    /** Simple name of the class, and the method where the engine names one. */
    private static String place(TestIdentifier test) {
        if (test.getSource().orElse(null) instanceof MethodSource method) {
            return method.getJavaClass().getSimpleName() + "#" + method.getMethodName();
        }
        Matcher type = CLASS.matcher(test.getUniqueId());
        return type.find() ? type.group(1).substring(type.group(1).lastIndexOf('.') + 1) : "?";
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
