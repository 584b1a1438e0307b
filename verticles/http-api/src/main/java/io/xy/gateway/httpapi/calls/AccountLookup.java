package io.xy.gateway.httpapi.calls;

import io.xy.gateway.httpapi.exchange.Asking;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.json.JsonPath;
import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.shared.config.route.AccountRule;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.Payload;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the back end which accounts a thing belongs to, before a caller who is not entitled to all of them does
 * something with it (requirement Z13). A thing without accounts, or one that is not there, is refused the same way.
 */
public final class AccountLookup implements Asking {
    private final ServiceCalls calls;
    private final AccountRule.Lookup lookup;

    public AccountLookup(ServiceCalls calls, AccountRule.Lookup lookup) {
        this.calls = calls;
        this.lookup = lookup;
    }

    @Override
    public void run(Exchange exchange) {
        if (exchange.principal().mayUseAllAccounts()) {
            exchange.next();
            return;
        }
        calls.call(ServiceCalls.Bridge.ZMQ, BridgeTarget.zmq(lookup.target(), exchange, Effect.READ))
                .onSuccess(reply -> judge(exchange, reply.body()))
                // Nothing was done yet, whatever became of the question.
                .onFailure(
                        e -> exchange.fail(GatewayException.failureOf(e).error().notExecuted("")));
    }

    @Override
    public Map<String, @Nullable Object> plan(Exchange exchange) {
        return exchange.principal().mayUseAllAccounts()
                ? Map.of("asks", "nobody: the caller may use all accounts")
                : BridgeTarget.plan("zmq", BridgeTarget.zmq(lookup.target(), exchange, Effect.READ));
    }

    @Override
    public String setting() {
        return "accounts of " + lookup.target().service() + ' '
                + lookup.target().method();
    }

    private void judge(Exchange exchange, Payload body) {
        List<String> accounts;
        try {
            accounts = JsonPath.texts(JsonText.read(body.array()), lookup.field());
        } catch (IOException e) {
            exchange.fail(GatewayError.BAD_REPLY.notExecuted(""));
            return;
        }
        if (accounts == null
                || accounts.isEmpty()
                || !accounts.stream().allMatch(exchange.principal()::mayUseAccount)) {
            exchange.fail(GatewayError.FORBIDDEN.notExecuted("The caller is not entitled to this account"));
        } else {
            exchange.next();
        }
    }
}
