package io.xy.gateway.httpapi.exchange;

/**
 * One step of a route's pipeline. Ends, now or later, in exactly one of {@link Exchange#next}, {@link Exchange#answer}
 * and {@link Exchange#fail}. Belongs to one event loop.
 */
@FunctionalInterface
public interface Stage {
    void run(Exchange exchange);

    /** What it does, with which setting, in a few words; empty when its name says it all. */
    default String setting() {
        return "";
    }
}
