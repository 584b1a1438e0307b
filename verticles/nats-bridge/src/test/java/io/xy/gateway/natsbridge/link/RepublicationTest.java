package io.xy.gateway.natsbridge.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("N14")
class RepublicationTest {
    @ParameterizedTest
    @CsvSource({
        "md.>, out.md.>, md.a.b, out.md.a.b",
        "'', out.>, md.a, out.md.a",
        "md.*.*, out.$2.$1, md.a.b, out.b.a",
        "md.*.*, 'out.{{wildcard(2)}}.{{Wildcard(1)}}', md.a.b, out.b.a",
        "md.*, out.$1, md.a, out.a",
        "md.a, out.fixed, md.a, out.fixed"
    })
    void aStoredSubjectBecomesAPublishedOneAndBack(String source, String destination, String stored, String published) {
        Republication names = new Republication(source, destination);
        assertThat(names.published(stored)).isEqualTo(published);
        assertThat(names.stored(published)).isEqualTo(stored);
    }

    @ParameterizedTest
    @CsvSource({
        "md.>, out.md.>, out.>, md.>",
        "md.>, out.md.>, >, md.>",
        "md.>, out.md.>, out.md.*, md.*",
        "md.>, out.md.>, out.md.a.>, md.a.>",
        "md.*.*, out.$2.$1, out.b.*, md.*.b",
        "md.*.*, out.$2.$1, out.>, md.*.*",
        "md.*.*, out.$2.$1, *.b.a, md.a.b"
    })
    void aPatternOfPublishedSubjectsIsLookedForWhereItIsStored(
            String source, String destination, String pattern, String stored) {
        assertThat(new Republication(source, destination).stored(pattern)).isEqualTo(stored);
    }

    @ParameterizedTest
    @CsvSource({
        "md.>, out.md.>, out.other",
        "md.>, out.md.>, out.md",
        "md.>, out.md.>, out",
        "md.*, out.$1, out.a.b",
        "md.*, out.$1, elsewhere.a"
    })
    void whatIsNotPublishedIsNowhereStored(String source, String destination, String published) {
        assertThat(new Republication(source, destination).stored(published)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"md.>, out.md.>, other.a", "md.*, out.$1, md.a.b", "md.*.*, out.$1, md.a"})
    void whatIsNotRepublishedHasNoOtherName(String source, String destination, String stored) {
        assertThat(new Republication(source, destination).published(stored)).isNull();
    }
}
