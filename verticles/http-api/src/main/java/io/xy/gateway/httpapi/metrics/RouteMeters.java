package io.xy.gateway.httpapi.metrics;

/**
 * What one event loop has counted under one method and one path template. Made when routes are loaded, so that a
 * request looks nothing up and allocates nothing. Written by its event loop, read by whoever scrapes.
 */
public final class RouteMeters {
    /** Upper bounds of durations in nanoseconds. */
    static final long[] DURATIONS = {
        500_000L,
        1_000_000L,
        2_500_000L,
        5_000_000L,
        10_000_000L,
        25_000_000L,
        50_000_000L,
        100_000_000L,
        250_000_000L,
        500_000_000L,
        1_000_000_000L,
        2_500_000_000L,
        5_000_000_000L,
        10_000_000_000L,
        30_000_000_000L
    };
    /** Upper bounds of sizes in bytes. */
    static final long[] SIZES = {0, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 16_777_216, 268_435_456};

    /** Which limit refused a request. */
    public enum Limiter {
        GLOBAL("global"),
        ADDRESS("ip"),
        PRINCIPAL("principal"),
        ROUTE("endpoint");

        final String label;

        Limiter(String label) {
            this.label = label;
        }
    }

    private final String method;
    private final String path;
    private final Cells statuses = new Cells(Statuses.SIZE);
    private final Cells limited = new Cells(Limiter.values().length);
    private final Distribution durations = new Distribution(DURATIONS);
    private final Distribution requests = new Distribution(SIZES);
    private final Distribution responses = new Distribution(SIZES);

    RouteMeters(String method, String path) {
        this.method = method;
        this.path = path;
    }

    /**
     * A request has been answered, or given up.
     *
     * @param requestBytes of the body that were read
     * @param responseBytes of the body that were written
     */
    public void record(int status, long nanos, long requestBytes, long responseBytes) {
        statuses.add(Statuses.place(status), 1);
        durations.record(nanos);
        requests.record(requestBytes);
        responses.record(responseBytes);
    }

    public void limited(Limiter by) {
        limited.add(by.ordinal(), 1);
    }

    public String method() {
        return method;
    }

    /** The template, or a word for what has none. */
    public String path() {
        return path;
    }

    Cells statuses() {
        return statuses;
    }

    Cells limited() {
        return limited;
    }

    Distribution durations() {
        return durations;
    }

    Distribution requests() {
        return requests;
    }

    Distribution responses() {
        return responses;
    }
}
