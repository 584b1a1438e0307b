package io.xy.gateway.shared.security;

import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * A certificate that can be shown to clients: in its time, and of the key that is beside it. TLS itself would find out
 * only when the first client comes.
 *
 * @param notAfterMillis since 1970
 */
record ServerCertificate(long notAfterMillis) {
    private static final String[] KINDS = {"RSA", "EC", "EdDSA", "RSASSA-PSS"};
    private static final byte[] PROBE = {1, 2, 3};

    /**
     * Reads files; may block.
     *
     * @throws IllegalArgumentException when client would not accept it; says why, without anything of the key
     */
    static ServerCertificate of(Vertx vertx, KeyCertOptions options) {
        try {
            for (KeyManager keys : options.getKeyManagerFactory(vertx).getKeyManagers()) {
                if (keys instanceof X509KeyManager x509) {
                    return of(x509);
                }
            }
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalArgumentException("certificate or key is no PEM that can be read", e);
        }
        throw new IllegalArgumentException("there is no certificate");
    }

    private static ServerCertificate of(X509KeyManager keys) throws GeneralSecurityException {
        for (String kind : KINDS) {
            String[] aliases = keys.getServerAliases(kind, null);
            if (aliases != null && aliases.length > 0) {
                X509Certificate certificate = keys.getCertificateChain(aliases[0])[0];
                check(certificate, keys.getPrivateKey(aliases[0]));
                return new ServerCertificate(certificate.getNotAfter().getTime());
            }
        }
        throw new IllegalArgumentException("the certificate is of no kind that is known: RSA, EC, EdDSA");
    }

    private static void check(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        if (certificate.getNotAfter().getTime() <= System.currentTimeMillis()) {
            throw new IllegalArgumentException("the certificate ended on " + certificate.getNotAfter());
        }
        PublicKey shown = certificate.getPublicKey();
        if (!sameKind(shown, key) || !verifies(shown, key)) {
            throw new IllegalArgumentException("the key is not that of the certificate");
        }
    }

    private static boolean sameKind(PublicKey shown, PrivateKey key) {
        return algorithm(shown.getAlgorithm()).equals(algorithm(key.getAlgorithm()));
    }

    private static boolean verifies(PublicKey shown, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm(key.getAlgorithm()));
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(shown);
        signature.update(PROBE);
        try {
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // Keys of other sizes do not even try.
            return false;
        }
    }

    private static String algorithm(String kind) {
        return switch (kind) {
            case "RSA", "RSASSA-PSS" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
    }
}
