package io.xy.gateway.natsbridge.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PatternTreeTest {
    @Test
    @Tag("N2")
    void itAgreesWithTheGrammarOfSubjectsOnThousandsOfRandomPatterns() {
        Random random = new Random(20_261);
        for (int round = 0; round < 400; round++) {
            PatternTree<String> tree = new PatternTree<>();
            List<String> patterns = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String pattern = pattern(random, true);
                patterns.add(pattern);
                tree.add(pattern, pattern);
            }
            tree.remove(patterns.get(0), patterns.get(0));
            patterns.remove(0);
            for (int i = 0; i < 20; i++) {
                String asked = pattern(random, true);
                assertThat(tree.covers(asked))
                        .as("%s cover %s", patterns, asked)
                        .isEqualTo(Subjects.anyContains(patterns, asked));
                String subject = pattern(random, false);
                List<String> found = new ArrayList<>();
                tree.match(subject, found::add);
                assertThat(found)
                        .as("%s match %s", patterns, subject)
                        .containsExactlyInAnyOrderElementsOf(patterns.stream()
                                .filter(each -> Subjects.contains(each, subject))
                                .toList());
            }
        }
    }

    private static String pattern(Random random, boolean wildcards) {
        int length = 1 + random.nextInt(4);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(wildcards ? 5 : 3);
            boolean last = i == length - 1;
            text.append(i == 0 ? "" : ".").append(kind < 3 ? "abc".charAt(kind) : kind == 3 || !last ? '*' : '>');
        }
        return text.toString();
    }
}
