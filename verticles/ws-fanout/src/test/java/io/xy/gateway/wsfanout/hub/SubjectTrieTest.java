package io.xy.gateway.wsfanout.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("N11")
class SubjectTrieTest {
    @Test
    void itAgreesWithPatternContainmentInBothDirections() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            SubjectTrie<String> patterns = new SubjectTrie<>();
            SubjectTrie<String> subjects = new SubjectTrie<>();
            List<String> allPatterns = new ArrayList<>();
            List<String> allSubjects = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String pattern = pattern(random);
                String subject = subject(random);
                allPatterns.add(pattern);
                allSubjects.add(subject);
                patterns.add(pattern, pattern);
                subjects.add(subject, subject);
            }
            String subject = subject(random);
            List<String> matching = new ArrayList<>();
            patterns.match(subject, matching::add);
            assertThat(matching)
                    .containsExactlyInAnyOrderElementsOf(allPatterns.stream()
                            .filter(p -> Subjects.contains(p, subject))
                            .toList());
            String pattern = pattern(random);
            List<String> covered = new ArrayList<>();
            subjects.covered(pattern, covered::add);
            assertThat(covered)
                    .containsExactlyInAnyOrderElementsOf(allSubjects.stream()
                            .filter(s -> Subjects.contains(pattern, s))
                            .toList());
        }
    }

    @Test
    void whatIsRemovedIsNoLongerFound() {
        SubjectTrie<String> trie = new SubjectTrie<>();
        trie.add("a.*.c", "one");
        trie.add("a.*.c", "two");
        trie.remove("a.*.c", "one");
        trie.remove("a.x", "nothing");
        List<String> found = new ArrayList<>();
        trie.match("a.b.c", found::add);
        assertThat(found).containsExactly("two");
        trie.remove("a.*.c", "two");
        trie.match("a.b.c", found::add);
        assertThat(found).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "2,1", "4,4", "9,4", "10,10", "30,30", "99,30", "100,100", "1000,100"})
    void aRateBecomesTheFastestTierThatDoesNotExceedIt(long asked, int granted) {
        assertThat(Tier.granted(asked).rate()).isEqualTo(granted);
    }

    private static String subject(Random random) {
        return tokens(random, "abc");
    }

    private static String pattern(Random random) {
        String base = tokens(random, "abc*");
        return random.nextInt(3) == 0 ? base + ".>" : random.nextInt(12) == 0 ? ">" : base;
    }

    private static String tokens(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ".").append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
