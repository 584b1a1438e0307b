package io.xy.gateway.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges a whole test run by what it left behind: no skipped test, every peer met, enough lines covered, and a
 * requirements page that says what is so. Run by {@code ./xy test} after the build; {@code --write} renews the page's
 * column of tests.
 */
public final class Verdict {
    private static final double LEAST_COVERAGE = 0.85;
    private static final Pattern ID = Pattern.compile("[CZNHBX][1-9][0-9]?");
    private static final Pattern ROW =
            Pattern.compile("\\| ([CZNHBX][0-9]{1,2}) \\| (.*?) \\| (works|partly|not yet) \\| (.*?) \\|");
    private static final Set<String> PEERS =
            Set.of("cpython", "nats-server", "redis-server", "postgresql", "chromium", "node");

    /** Every id there is: letter and highest number. */
    private static final Map<String, Integer> IDS = Map.of("C", 7, "Z", 13, "N", 15, "H", 4, "B", 18, "X", 8);

    record Ran(String status, Set<String> ids, String type, String name) {}

    private final Path root;
    private final List<String> complaints = new ArrayList<>();

    Verdict(Path root) {
        this.root = root;
    }

    public static void main(String[] args) throws IOException {
        Verdict verdict = new Verdict(Path.of(args[0]));
        if (args.length > 1 && args[1].equals("--write")) {
            verdict.write();
            return;
        }
        verdict.judge().forEach(System.out::println);
        for (String complaint : verdict.complaints) {
            System.out.println("FAILED: " + complaint);
        }
        System.exit(verdict.complaints.isEmpty() ? 0 : 1);
    }

    /** The lines to print; complaints are collected beside them. */
    List<String> judge() throws IOException {
        List<Ran> tests = tests();
        List<String> lines = new ArrayList<>();
        lines.add("tests per requirement:");
        lines.addAll(perRequirement(tests));
        checkTests(tests);
        lines.add(peers());
        lines.add(coverage());
        requirements(tests);
        long passed =
                tests.stream().filter(test -> test.status.equals("SUCCESSFUL")).count();
        long skipped =
                tests.stream().filter(test -> test.status.equals("SKIPPED")).count();
        lines.add(passed + " passed, " + (tests.size() - passed - skipped) + " failed, " + skipped + " skipped");
        return lines;
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    private void checkTests(List<Ran> tests) {
        if (tests.isEmpty()) {
            complaints.add("no test ran");
        }
        for (Ran test : tests) {
            if (!test.status.equals("SUCCESSFUL")) {
                complaints.add(test.status.toLowerCase(java.util.Locale.ROOT) + ": " + test.type + ": " + test.name);
            }
        }
    }

    private static List<String> perRequirement(List<Ran> tests) {
        Map<String, Integer> counts = new TreeMap<>(order());
        tests.forEach(test -> test.ids.forEach(id -> counts.merge(id, 1, Integer::sum)));
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(" ");
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            line.append(String.format(" %4s %-4d", entry.getKey(), entry.getValue()));
            if (line.length() > 90) {
                lines.add(line.toString());
                line = new StringBuilder(" ");
            }
        }
        lines.add(line.toString());
        return lines;
    }

    private String peers() throws IOException {
        Set<String> met = new TreeSet<>();
        for (Path file : evidence("peers.tsv")) {
            met.addAll(Files.readAllLines(file));
        }
        Set<String> missing = new TreeSet<>(PEERS);
        missing.removeAll(met);
        for (String peer : missing) {
            complaints.add("no test has met the peer " + peer);
        }
        return "real peers met: " + String.join(", ", met);
    }

    private String coverage() throws IOException {
        Path report = root.resolve("cluster/target/site/jacoco-aggregate/jacoco.csv");
        if (!Files.exists(report)) {
            complaints.add("there is no coverage report");
            return "line coverage: unknown";
        }
        long missed = 0;
        long covered = 0;
        for (String row : Files.readAllLines(report).stream().skip(1).toList()) {
            String[] cells = row.split(",");
            missed += Long.parseLong(cells[7]);
            covered += Long.parseLong(cells[8]);
        }
        double share = covered / (double) Math.max(1, covered + missed);
        if (share < LEAST_COVERAGE) {
            complaints.add(
                    String.format("line coverage is %.1f %%, the bar is %.0f %%", share * 100, LEAST_COVERAGE * 100));
        }
        return String.format("line coverage: %.1f %% of %d lines", share * 100, covered + missed);
    }

    private void requirements(List<Ran> tests) throws IOException {
        Map<String, Set<String>> proofs = proofs(tests);
        Set<String> unseen = new TreeSet<>(order());
        IDS.forEach((letter, last) -> {
            for (int number = 1; number <= last; number++) {
                unseen.add(letter + number);
            }
        });
        for (String line : Files.readAllLines(page())) {
            Matcher row = ROW.matcher(line);
            if (!row.matches()) {
                continue;
            }
            String id = row.group(1);
            unseen.remove(id);
            Set<String> named = Arrays.stream(row.group(4).split(", "))
                    .filter(name -> !name.isBlank())
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> found = proofs.getOrDefault(id, Set.of());
            if (!named.equals(found)) {
                complaints.add("docs/requirements.md, " + id + ": names " + named + ", tagged tests are " + found
                        + " (./xy test --write-requirements renews the column)");
            }
            if (!row.group(3).equals("not yet") && found.isEmpty()) {
                complaints.add("docs/requirements.md, " + id + ": '" + row.group(3) + "' without a test");
            }
        }
        unseen.forEach(id -> complaints.add("docs/requirements.md has no row for " + id));
    }

    private void write() throws IOException {
        Map<String, Set<String>> proofs = proofs(tests());
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(page())) {
            Matcher row = ROW.matcher(line);
            lines.add(
                    row.matches()
                            ? "| " + row.group(1) + " | " + row.group(2) + " | " + row.group(3) + " | "
                                    + String.join(", ", proofs.getOrDefault(row.group(1), Set.of())) + " |"
                            : line);
        }
        Files.write(page(), lines);
    }

    private Path page() {
        return root.resolve("docs/requirements.md");
    }

    private static Map<String, Set<String>> proofs(List<Ran> tests) {
        Map<String, Set<String>> proofs = new TreeMap<>(order());
        for (Ran test : tests) {
            for (String id : test.ids) {
                proofs.computeIfAbsent(id, key -> new TreeSet<>()).add(test.type);
            }
        }
        return proofs;
    }

    private List<Ran> tests() throws IOException {
        List<Ran> tests = new ArrayList<>();
        for (Path file : evidence("tests.tsv")) {
            for (String line : Files.readAllLines(file)) {
                String[] cells = line.split("\t", 4);
                Set<String> ids = Arrays.stream(cells[1].split(","))
                        .filter(tag -> ID.matcher(tag).matches())
                        .collect(Collectors.toCollection(TreeSet::new));
                tests.add(new Ran(cells[0], ids, cells[2].replaceFirst("#.*", ""), cells[3]));
            }
        }
        return tests;
    }

    private List<Path> evidence(String name) throws IOException {
        try (Stream<Path> files = Files.walk(root, 5)) {
            return files.filter(file -> file.endsWith(Path.of("target", "evidence", name)))
                    .sorted()
                    .toList();
        }
    }

    /** By letter, then by number. */
    private static Comparator<String> order() {
        return Comparator.comparing((String id) -> id.substring(0, 1))
                .thenComparing(id -> Integer.parseInt(id.substring(1)));
    }
}
