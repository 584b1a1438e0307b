package io.xy.gateway.shared.security;

import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.shared.config.TlsConfig.ClientCertificate;
import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, by the certificate that the client showed in the handshake. TLS has verified it against the authorities;
 * here is decided whose it is. One that is nobody's in the configuration opens nothing. Immutable and safe on any thread.
 */
public final class ClientCertificates {
    /** The session of a certificate is this and its client: so a client can be revoked. */
    public static final String SESSION = "cert:";

    /** How a credential on the bus begins; no token or key has a colon. */
    private static final String CREDENTIAL = "cert:";
    /** Kinds of alternative names (RFC 5280, 4.2.1.6): mail, DNS, URI. */
    private static final Set<Integer> NAMES = Set.of(1, 2, 6);

    private record Entry(@Nullable X500Principal subject, ClientCertificate client) {}

    private final List<Entry> entries;

    public ClientCertificates(List<ClientCertificate> clients) {
        entries = clients.stream()
                .map(each -> new Entry(each.subject().isEmpty() ? null : new X500Principal(each.subject()), each))
                .toList();
    }

    /** What the client showed; null when it showed none, and when no certificate is anybody's. */
    public @Nullable X509Certificate shown(HttpServerRequest request) {
        SSLSession session = entries.isEmpty() ? null : request.sslSession();
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

    /** Whose it is; null when it is nobody's, or has expired. */
    public @Nullable Principal verify(X509Certificate shown) {
        if (shown.getNotAfter().getTime() <= System.currentTimeMillis()) {
            return null;
        }
        for (Entry entry : entries) {
            if (fits(entry, shown)) {
                return principal(entry.client, shown);
            }
        }
        return null;
    }

    /**
     * How a call by the bus says which certificate opened its socket. It proves nothing: the node that saw the handshake is
     * believed, so it counts on the bus alone.
     */
    public static String credential(X509Certificate verified) {
        try {
            return CREDENTIAL + Base64.getEncoder().encodeToString(verified.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate of a handshake has its encoding", e);
        }
    }

    /** Whether {@link #credential} has made it. */
    public static boolean looksLike(String credential) {
        return credential.startsWith(CREDENTIAL);
    }

    /** Whose certificate stands in the credential of a call by the bus; null when it is nobody's. */
    public @Nullable Principal verify(String credential) {
        try {
            byte[] encoded = Base64.getDecoder().decode(credential.substring(CREDENTIAL.length()));
            Certificate certificate =
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            return certificate instanceof X509Certificate x509 ? verify(x509) : null;
        } catch (IllegalArgumentException | CertificateException e) {
            return null;
        }
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
}
