package io.xy.gateway.httpapi.identity;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.metrics.Credential;
import io.xy.gateway.httpapi.metrics.Credential.Flaw;
import io.xy.gateway.httpapi.metrics.HttpMeters;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.shared.security.ClientCertificates;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.TokenVerifier;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls: by a bearer token, else by an API key, else by the certificate of the connection. A token that is
 * sent decides, good or bad. Belongs to one event loop, as its verifier does.
 */
public final class Authentication implements Stage {
    private static final String BEARER = "Bearer ";
    private static final CharSequence API_KEY = HttpHeaders.createOptimized("x-api-key");

    private final TokenVerifier verifier;
    private final @Nullable ApiKeys keys;
    private final ClientCertificates certificates;
    private final Revocations revocations;
    private final boolean optional;
    private final HttpMeters meters;

    /**
     * @param keys null when there are none
     * @param optional lets callers without a token in, as viewers of nothing
     */
    public Authentication(
            TokenVerifier verifier,
            @Nullable ApiKeys keys,
            ClientCertificates certificates,
            Revocations revocations,
            boolean optional,
            HttpMeters meters) {
        this.verifier = verifier;
        this.keys = keys;
        this.certificates = certificates;
        this.revocations = revocations;
        this.optional = optional;
        this.meters = meters;
    }

    @Override
    public void run(Exchange exchange) {
        String credential = exchange.origin().credential();
        boolean bearer = credential != null && isBearer(credential);
        List<String> presented = bearer ? List.of() : presentedKeys(exchange);
        if (!presented.isEmpty()) {
            runKey(exchange, presented);
            return;
        }
        HttpServerRequest http = exchange.origin().http();
        if (http == null && credential != null && ranAsShownAtSocket(exchange, credential)) {
            return;
        }
        X509Certificate certificate = credential == null && http != null ? certificates.shown(http) : null;
        if (certificate != null) {
            runCertificate(exchange, certificates.verify(certificate));
            return;
        }
        if (credential == null) {
            meters.authenticating(Credential.NONE);
            if (optional) {
                exchange.next();
            } else {
                refuse(exchange, Credential.NONE, Flaw.MISSING, "Missing authorization header");
            }
            return;
        }
        meters.authenticating(Credential.JWT);
        if (!bearer || credential.indexOf(' ', BEARER.length()) >= 0 || credential.length() <= BEARER.length()) {
            refuse(exchange, Credential.JWT, Flaw.INVALID_TOKEN, "Invalid authorization format");
            return;
        }
        verifier.verify(credential, BEARER.length())
                .onSuccess(principal -> admit(exchange, Credential.JWT, principal))
                .onFailure(e -> {
                    meters.refused(Credential.JWT, Flaw.INVALID_TOKEN);
                    exchange.fail(GatewayException.failureOf(e));
                });
    }

    @Override
    public String setting() {
        return "bearer token" + (keys == null ? "" : " or API key") + (optional ? ", optional" : "");
    }

    /** The scheme decides, even if nothing follows it. */
    private static boolean isBearer(String credential) {
        int scheme = BEARER.length() - 1;
        return credential.regionMatches(true, 0, BEARER, 0, scheme)
                && (credential.length() == scheme || credential.charAt(scheme) == ' ');
    }

    /** A call by a socket that was opened with a key or certificate has only one place for what its caller showed. */
    private boolean ranAsShownAtSocket(Exchange exchange, String credential) {
        String shown = credential.startsWith(BEARER) ? credential.substring(BEARER.length()) : "";
        if (keys != null && ApiKeys.looksLike(shown)) {
            runKey(exchange, List.of(shown));
            return true;
        }
        if (ClientCertificates.looksLike(shown)) {
            runCertificate(exchange, certificates.verify(shown));
            return true;
        }
        return false;
    }

    private List<String> presentedKeys(Exchange exchange) {
        HttpServerRequest http = exchange.origin().http();
        return keys == null || http == null ? List.of() : http.headers().getAll(API_KEY);
    }

    private void runKey(Exchange exchange, List<String> presented) {
        meters.authenticating(Credential.API_KEY);
        Principal principal = keys == null || presented.size() > 1 ? null : keys.verify(presented.get(0));
        if (principal == null) {
            refuse(exchange, Credential.API_KEY, Flaw.INVALID_KEY, "Invalid API key");
        } else {
            admit(exchange, Credential.API_KEY, principal);
        }
    }

    /**
     * @param principal null when the certificate is nobody's
     */
    private void runCertificate(Exchange exchange, @Nullable Principal principal) {
        meters.authenticating(Credential.CERTIFICATE);
        if (principal == null) {
            refuse(exchange, Credential.CERTIFICATE, Flaw.INVALID_CERTIFICATE, "This certificate is nobody's");
        } else {
            admit(exchange, Credential.CERTIFICATE, principal);
        }
    }

    private void admit(Exchange exchange, Credential by, Principal principal) {
        if (principal.id().isEmpty() || revocations.contains(principal.session())) {
            refuse(exchange, by, Flaw.REVOKED, "Invalid token");
            return;
        }
        exchange.principal(principal);
        exchange.next();
    }

    private void refuse(Exchange exchange, Credential by, Flaw because, String detail) {
        meters.refused(by, because);
        exchange.fail(GatewayError.UNAUTHORIZED.notExecuted(detail));
    }
}
