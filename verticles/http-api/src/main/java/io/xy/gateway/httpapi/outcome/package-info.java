/** What became of calls that change something: the claim of an {@code Idempotency-Key} and its answer. */
@NullMarked
package io.xy.gateway.httpapi.outcome;

import org.jspecify.annotations.NullMarked;
