package io.xy.gateway.httpapi.identity;

import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.shared.config.TlsConfig.ClientCertificate;
import io.xy.gateway.shared.security.Principal;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, by the certificate that the client showed in the handshake. TLS has verified it against the authorities;
 * here is decided whose it is. One that is nobody's in the configuration opens nothing. Immutable.
 */
public final class ClientCertificates {
    /** The session of a certificate is this and its client: so a client can be revoked. */
    private static final String SESSION = "cert:";
    /** Kinds of alternative names (RFC 5280, 4.2.1.6): mail, DNS, URI. */
    private static final Set<Integer> NAMES = Set.of(1, 2, 6);

    private record Entry(@Nullable X500Principal subject, ClientCertificate client) {}

    private final List<Entry> entries;

    public ClientCertificates(List<ClientCertificate> clients) {
        entries = clients.stream()
                .map(each -> new Entry(each.subject().isEmpty() ? null : new X500Principal(each.subject()), each))
                .toList();
    }

    /** Whether the client showed a certificate. */
    boolean isShown(@Nullable HttpServerRequest request) {
        return !entries.isEmpty() && request != null && certificate(request) != null;
    }

    /** Whose it is; null when it is nobody's. */
    @Nullable
    Principal verify(HttpServerRequest request) {
        X509Certificate shown = certificate(request);
        if (shown == null || shown.getNotAfter().getTime() <= System.currentTimeMillis()) {
            return null;
        }
        for (Entry entry : entries) {
            if (fits(entry, shown)) {
                return principal(entry.client, shown);
            }
        }
        return null;
    }

    private static boolean fits(Entry entry, X509Certificate shown) {
        boolean subject = entry.subject == null || entry.subject.equals(shown.getSubjectX500Principal());
        return subject && (entry.client.name().isEmpty() || hasName(shown, entry.client.name()));
    }

    private static boolean hasName(X509Certificate shown, String name) {
        try {
            Collection<List<?>> names = shown.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .anyMatch(each -> each.get(0) instanceof Integer kind
                                    && NAMES.contains(kind)
                                    && name.equals(each.get(1)));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static Principal principal(ClientCertificate client, X509Certificate shown) {
        return new Principal(
                client.client(),
                client.client(),
                client.role(),
                List.of(),
                client.accounts(),
                List.of(),
                SESSION + client.client(),
                shown.getNotAfter().getTime());
    }

    private static @Nullable X509Certificate certificate(HttpServerRequest request) {
        SSLSession session = request.sslSession();
        if (session == null) {
            return null;
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate x509 ? x509 : null;
        } catch (SSLPeerUnverifiedException e) {
            // The client showed none.
            return null;
        }
    }
}
