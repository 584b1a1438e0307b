package io.xy.gateway.httpapi.exchange;

import io.vertx.core.MultiMap;

/** A limit that counted an exchange. */
public interface Allowance {
    /**
     * Says in headers what is left.
     *
     * @param left nanoseconds of allowance; negative: refused, and how long it takes until the next is admitted
     */
    void tell(MultiMap headers, long left);
}
