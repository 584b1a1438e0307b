package io.xy.gateway.httpapi.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Walks into JSON values along steps, each a list of alternative names. */
public final class JsonPath {
    /** Not there, which is something else than JSON's null. */
    public static final Object ABSENT = new Object();

    private JsonPath() {}

    /** The value at the end of the steps, or {@link #ABSENT}. Does not look into lists. */
    public static @Nullable Object at(@Nullable Object value, List<List<String>> steps) {
        Object here = value;
        for (List<String> names : steps) {
            here = member(here, names);
            if (here == ABSENT) {
                return ABSENT;
            }
        }
        return here;
    }

    /** The first of the names that the value has as a member, or {@link #ABSENT}. */
    public static @Nullable Object member(@Nullable Object value, List<String> names) {
        if (value instanceof Map<?, ?> members) {
            for (String name : names) {
                if (members.containsKey(name)) {
                    return members.get(name);
                }
            }
        }
        return ABSENT;
    }

    /**
     * Every text at the end of the steps: lists are looked into, and of an object at the end the names count.
     *
     * @return null when something that is no text stands there
     */
    public static @Nullable List<String> texts(@Nullable Object value, List<List<String>> steps) {
        List<String> found = new ArrayList<>();
        return collect(value, steps, 0, found) ? found : null;
    }

    /**
     * Every text in members with such a name, however deep they stand in the value.
     *
     * @return null when something that is no text stands there
     */
    public static @Nullable List<String> textsNamed(@Nullable Object value, Predicate<String> name) {
        List<String> found = new ArrayList<>();
        return collectNamed(value, name, found) ? found : null;
    }

    /**
     * Removes what does not pass: at the end of the steps texts, list elements and names; list elements on the way that
     * are left with nothing.
     *
     * @return how many texts passed
     */
    public static int prune(@Nullable Object value, List<List<String>> steps, Predicate<String> passes) {
        return prune(value, steps, 0, passes);
    }

    private static boolean collect(@Nullable Object value, List<List<String>> steps, int step, List<String> found) {
        if (value == null || value == ABSENT) {
            return true;
        }
        if (value instanceof List<?> items) {
            boolean all = true;
            for (Object item : items) {
                all &= collect(item, steps, step, found);
            }
            return all;
        }
        if (step < steps.size()) {
            return collect(member(value, steps.get(step)), steps, step + 1, found);
        }
        if (value instanceof Map<?, ?> members) {
            members.keySet().forEach(name -> found.add(String.valueOf(name)));
            return true;
        }
        return value instanceof String text && found.add(text);
    }

    private static boolean collectNamed(@Nullable Object value, Predicate<String> name, List<String> found) {
        boolean all = true;
        if (value instanceof List<?> items) {
            for (Object item : items) {
                all &= collectNamed(item, name, found);
            }
        } else if (value instanceof Map<?, ?> members) {
            for (Map.Entry<?, ?> member : members.entrySet()) {
                all &= name.test(String.valueOf(member.getKey()))
                        ? collect(member.getValue(), List.of(), 0, found)
                        : collectNamed(member.getValue(), name, found);
            }
        }
        return all;
    }

    private static int prune(@Nullable Object value, List<List<String>> steps, int step, Predicate<String> passes) {
        if (value instanceof List<?> items) {
            int[] passed = {0};
            items.removeIf(item -> {
                int below = prune(item, steps, step, passes);
                passed[0] += below;
                return below == 0;
            });
            return passed[0];
        }
        if (step < steps.size()) {
            return prune(member(value, steps.get(step)), steps, step + 1, passes);
        }
        if (value instanceof Map<?, ?> members) {
            members.keySet().removeIf(name -> !passes.test(String.valueOf(name)));
            return members.size();
        }
        return value instanceof String text && passes.test(text) ? 1 : 0;
    }
}
