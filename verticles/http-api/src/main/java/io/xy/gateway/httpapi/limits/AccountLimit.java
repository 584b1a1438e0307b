package io.xy.gateway.httpapi.limits;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.identity.NamedAccounts;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Counts a request for every account that it names, whoever makes it. What names none, or something that is no account,
 * counts for one nameless account.
 */
final class AccountLimit implements Stage {
    private static final List<String> NAMELESS = List.of("");

    private final Limit limit;
    private final NamedAccounts accounts;
    private final ToLongFunction<String> number;

    /**
     * @param number the account's number in the table of the limit
     */
    AccountLimit(Limit limit, NamedAccounts accounts, ToLongFunction<String> number) {
        this.limit = limit;
        this.accounts = accounts;
        this.number = number;
    }

    @Override
    public void run(Exchange exchange) {
        List<String> named = accounts.in(exchange);
        for (String account : new LinkedHashSet<>(named == null || named.isEmpty() ? NAMELESS : named)) {
            if (!limit.admits(exchange, number.applyAsLong(account))) {
                return;
            }
        }
        exchange.next();
    }

    @Override
    public String setting() {
        return limit.setting() + ", per account in " + accounts;
    }
}
