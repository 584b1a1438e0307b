package io.xy.gateway.shared.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the valid name that somebody probably meant. */
public final class Nearest {
    private Nearest() {}

    /** A hint to append to a message: empty when nothing is near. */
    public static String hint(String seen, Collection<String> valid) {
        String nearest = of(seen, valid);
        return nearest == null ? "" : "; did you mean '" + nearest + "'?";
    }

    static @Nullable String of(String seen, Collection<String> valid) {
        String best = null;
        int bestDistance = Math.max(2, seen.length() / 3) + 1;
        for (String name : valid) {
            int distance = distance(seen.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = name;
                bestDistance = distance;
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
