package io.xy.gateway.shared.config.route;

import java.util.List;
import java.util.Locale;

/**
 * A place in a request, written {@code path.accountId}, {@code query.accounts} or {@code body.instructions.accounts}.
 * Lists on the way are looked into element by element. With {@code **} at the end, as in {@code body.instructions.**},
 * it stands for all members below, however deep, that are named as accounts are.
 */
public record FieldRef(Place place, List<String> path) {
    public static final String DEEP = "**";

    public enum Place {
        PATH,
        QUERY,
        BODY
    }

    public FieldRef {
        path = List.copyOf(path);
    }

    public boolean isDeep() {
        return path.get(path.size() - 1).equals(DEEP);
    }

    @Override
    public String toString() {
        return place.name().toLowerCase(Locale.ROOT) + '.' + String.join(".", path);
    }
}
