package io.xy.gateway.shared.config.route;

import java.util.List;
import java.util.Locale;

/**
 * A place in a request, written {@code path.accountId}, {@code query.accounts} or {@code body.instructions.accounts}.
 * Lists on the way are looked into element by element.
 */
public record FieldRef(Place place, List<String> path) {
    public enum Place {
        PATH,
        QUERY,
        BODY
    }

    public FieldRef {
        path = List.copyOf(path);
    }

    @Override
    public String toString() {
        return place.name().toLowerCase(Locale.ROOT) + '.' + String.join(".", path);
    }
}
