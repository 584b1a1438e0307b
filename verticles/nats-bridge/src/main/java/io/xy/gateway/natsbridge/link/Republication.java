package io.xy.gateway.natsbridge.link;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The way between the subject under which a stream stores a message and the one under which subscribers get it. The
 * second one differs for a stream with {@code republish}; tokens then move by {@code $1} or <code>{{wildcard(1)}}</code>.
 */
final class Republication {
    /** Stored and published subjects are the same. */
    static final Republication NONE = new Republication(">", ">");

    private static final Pattern REFERENCE =
            Pattern.compile("\\$(\\d{1,2})|\\{\\{\\s*[Ww]ildcard\\((\\d{1,2})\\)\\s*}}");

    private final String[] source;
    private final String[] destination;

    /**
     * @param source pattern of stored subjects; empty for all
     * @param destination what they become
     */
    Republication(String source, String destination) {
        this.source = tokens(source.isEmpty() ? ">" : source);
        this.destination = tokens(destination);
    }

    /** What subscribers see of the stored subject; null when it is not published. */
    @Nullable
    String published(String stored) {
        return translate(tokens(stored), source, numbered(source), destination, references(destination));
    }

    /** Where messages of a subject or pattern are stored; null when nothing of it is published. */
    @Nullable
    String stored(String published) {
        return translate(tokens(published), destination, references(destination), source, numbered(source));
    }

    /**
     * Reads tokens by one form and writes them by another.
     *
     * @param read for each token of {@code from} the number of the wildcard that it stands for; 0 for none
     * @param written the same for {@code to}
     */
    private static @Nullable String translate(String[] text, String[] from, int[] read, String[] to, int[] written) {
        Map<Integer, String> captured = new HashMap<>();
        String rest = ">";
        for (int i = 0; i < from.length; i++) {
            if (i >= text.length) {
                return null;
            }
            if (from[i].equals(">")) {
                rest = String.join(".", Arrays.copyOfRange(text, i, text.length));
                break;
            }
            if (text[i].equals(">")) {
                break;
            }
            if (read[i] > 0) {
                captured.put(read[i], text[i]);
            } else if (!text[i].equals(from[i]) && !text[i].equals("*")) {
                return null;
            }
            if (i == from.length - 1 && text.length > from.length) {
                return null;
            }
        }
        String[] result = new String[to.length];
        for (int i = 0; i < to.length; i++) {
            result[i] = to[i].equals(">") ? rest : written[i] > 0 ? captured.getOrDefault(written[i], "*") : to[i];
        }
        return String.join(".", result);
    }

    private static int[] numbered(String[] pattern) {
        int[] numbers = new int[pattern.length];
        int count = 0;
        for (int i = 0; i < pattern.length; i++) {
            numbers[i] = pattern[i].equals("*") ? ++count : 0;
        }
        return numbers;
    }

    private static int[] references(String[] form) {
        int[] numbers = numbered(form);
        for (int i = 0; i < form.length; i++) {
            Matcher reference = REFERENCE.matcher(form[i]);
            if (reference.matches()) {
                String number = reference.group(1) == null ? reference.group(2) : reference.group(1);
                numbers[i] = Integer.parseInt(number);
            }
        }
        return numbers;
    }

    private static String[] tokens(String text) {
        return text.split("\\.", -1);
    }
}
