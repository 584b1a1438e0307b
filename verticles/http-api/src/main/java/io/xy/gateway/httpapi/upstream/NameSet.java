package io.xy.gateway.httpapi.upstream;

import io.netty.util.AsciiString;
import java.util.List;
import java.util.stream.Stream;

/** Header names in whatever case, asked without making a copy of the name. Immutable. */
final class NameSet {
    private final String[] places;

    @SafeVarargs
    NameSet(List<String>... parts) {
        List<String> names = Stream.of(parts).flatMap(List::stream).toList();
        int size = Integer.highestOneBit(Math.max(1, names.size())) * 4;
        places = new String[size];
        for (String name : names) {
            int place = place(name);
            while (places[place] != null) {
                place = place + 1 & size - 1;
            }
            places[place] = name;
        }
    }

    boolean contains(String name) {
        int place = place(name);
        while (places[place] != null) {
            if (places[place].equalsIgnoreCase(name)) {
                return true;
            }
            place = place + 1 & places.length - 1;
        }
        return false;
    }

    private int place(String name) {
        int hash = AsciiString.hashCode(name);
        return (hash ^ hash >>> 16) & places.length - 1;
    }
}
