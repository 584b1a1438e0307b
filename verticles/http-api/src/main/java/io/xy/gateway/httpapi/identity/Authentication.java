package io.xy.gateway.httpapi.identity;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.TokenVerifier;

/** Finds out who calls. Belongs to one event loop, as its verifier does. */
public final class Authentication implements Stage {
    private static final String BEARER = "Bearer ";

    private final TokenVerifier verifier;
    private final Revocations revocations;
    private final boolean optional;

    /**
     * @param optional lets callers without a token in, as viewers of nothing
     */
    public Authentication(TokenVerifier verifier, Revocations revocations, boolean optional) {
        this.verifier = verifier;
        this.revocations = revocations;
        this.optional = optional;
    }

    @Override
    public void run(Exchange exchange) {
        String credential = exchange.origin().credential();
        if (credential == null) {
            if (optional) {
                exchange.next();
            } else {
                refuse(exchange, "Missing authorization header");
            }
            return;
        }
        if (!credential.regionMatches(true, 0, BEARER, 0, BEARER.length())
                || credential.indexOf(' ', BEARER.length()) >= 0
                || credential.length() == BEARER.length()) {
            refuse(exchange, "Invalid authorization format");
            return;
        }
        verifier.verify(credential.substring(BEARER.length()))
                .onSuccess(principal -> admit(exchange, principal))
                .onFailure(e -> exchange.fail(GatewayException.failureOf(e)));
    }

    private void admit(Exchange exchange, Principal principal) {
        if (principal.id().isEmpty() || revocations.contains(principal.session())) {
            refuse(exchange, "Invalid token");
            return;
        }
        exchange.principal(principal);
        exchange.next();
    }

    private static void refuse(Exchange exchange, String detail) {
        exchange.fail(GatewayError.UNAUTHORIZED.notExecuted(detail));
    }
}
