package io.xy.gateway.shared.config;

/**
 * What is remembered of calls with an {@code Idempotency-Key}.
 *
 * @param keepMillis from the claim of a key until it is forgotten
 * @param entries claims that a node keeps in memory; further ones are refused
 * @param answerBytes of all answers that a node keeps in memory
 */
public record OutcomesConfig(long keepMillis, int entries, long answerBytes) {
    static OutcomesConfig read(Section s) {
        OutcomesConfig config = new OutcomesConfig(
                s.duration("keep", 86_400_000)
                        .env("HTTP_OUTCOMES_KEEP")
                        .range(60_000, 604_800_000)
                        .read("How long the outcome of a call with an Idempotency-Key is known"),
                s.integer("entries", 100_000)
                        .env("HTTP_OUTCOMES_ENTRIES")
                        .range(1, 10_000_000)
                        .readInt("Keys that a node keeps in memory; more is `ledger_unavailable`"),
                s.size("answers", 64L << 20)
                        .env("HTTP_OUTCOMES_ANSWERS")
                        .range(0, 16L << 30)
                        .read("Memory for their answers; beyond it only the outcome is kept"));
        s.done();
        return config;
    }
}
