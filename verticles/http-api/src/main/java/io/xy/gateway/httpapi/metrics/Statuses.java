package io.xy.gateway.httpapi.metrics;

import java.util.Arrays;

/** Places of HTTP status codes in a table: the registered ones have their own, all others share the last. */
final class Statuses {
    private static final int[] KNOWN = {
        101, 200, 201, 202, 203, 204, 205, 206, 207, 226, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404,
        405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429,
        431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 508, 511
    };
    private static final byte[] PLACES = new byte[600];

    static final int SIZE = KNOWN.length + 1;

    static {
        Arrays.fill(PLACES, (byte) KNOWN.length);
        for (int i = 0; i < KNOWN.length; i++) {
            PLACES[KNOWN[i]] = (byte) i;
        }
    }

    private Statuses() {}

    static int place(int status) {
        return status < 0 || status >= PLACES.length ? KNOWN.length : PLACES[status];
    }

    /** The value of the label. */
    static String label(int place) {
        return place < KNOWN.length ? Integer.toString(KNOWN[place]) : "other";
    }
}
