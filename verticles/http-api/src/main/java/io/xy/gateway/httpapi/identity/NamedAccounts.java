package io.xy.gateway.httpapi.identity;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.json.JsonPath;
import io.xy.gateway.shared.config.route.FieldRef;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The accounts that a request names, at the places that its route says. Immutable. */
public final class NamedAccounts {
    /** Names of members that hold accounts, whatever stands before: {@code accountIds}, {@code vt_accountid}. */
    private static final Pattern ACCOUNTS = Pattern.compile("accounts?[_-]?(ids?)?$", Pattern.CASE_INSENSITIVE);

    private record Place(FieldRef ref, List<List<String>> steps) {}

    private final List<Place> places = new ArrayList<>();

    public NamedAccounts(List<FieldRef> from) {
        for (FieldRef ref : from) {
            places.add(new Place(ref, steps(ref)));
        }
    }

    /** All of them, in the order of the places; null when something else than texts stands at one of them. */
    public @Nullable List<String> in(Exchange exchange) {
        List<String> all = new ArrayList<>();
        for (Place place : places) {
            List<String> ids = at(values(exchange, place.ref), place);
            if (ids == null) {
                return null;
            }
            all.addAll(ids);
        }
        return all;
    }

    @Override
    public String toString() {
        return places.stream().map(Place::ref).toList().toString();
    }

    private static @Nullable List<String> at(Object values, Place place) {
        return place.ref.isDeep()
                ? JsonPath.textsNamed(JsonPath.at(values, place.steps), name -> ACCOUNTS.matcher(name)
                        .find())
                : JsonPath.texts(values, place.steps);
    }

    static Object values(Exchange exchange, FieldRef ref) {
        return switch (ref.place()) {
            case PATH -> exchange.path();
            case QUERY -> exchange.query();
            case BODY -> exchange.bodyFields();
        };
    }

    static List<List<String>> steps(FieldRef ref) {
        return ref.path().stream()
                .filter(name -> !name.equals(FieldRef.DEEP))
                .map(List::of)
                .toList();
    }
}
