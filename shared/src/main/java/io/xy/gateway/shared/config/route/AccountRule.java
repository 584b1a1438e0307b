package io.xy.gateway.shared.config.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which accounts a call touches (requirement Z13). Callers that are entitled to all accounts pass unchecked.
 *
 * @param from places in the request that hold account ids: each must be one of the caller's
 * @param lookup a question to the back end that tells the accounts of what the call is about; null when none is needed
 * @param filter where the account ids stand in the result, as alternatives per step; what belongs to other accounts is
 *     removed; empty leaves the result whole
 */
public record AccountRule(List<FieldRef> from, @Nullable Lookup lookup, List<List<String>> filter) {
    public static final AccountRule NONE = new AccountRule(List.of(), null, List.of());

    public AccountRule {
        from = List.copyOf(from);
        filter = List.copyOf(filter);
    }

    /**
     * A read call before the call.
     *
     * @param field where the account ids stand in its result
     */
    public record Lookup(RouteTarget.Zmq target, List<List<String>> field) {
        public Lookup {
            field = List.copyOf(field);
        }
    }
}
