package io.xy.gateway.health.probe;

import java.util.List;

/**
 * What a database that answers has told.
 *
 * @param missing what is required and is not there, in words for operators
 */
record Finding(List<String> missing) {
    static final Finding COMPLETE = new Finding(List.of());

    Finding {
        missing = List.copyOf(missing);
    }
}
