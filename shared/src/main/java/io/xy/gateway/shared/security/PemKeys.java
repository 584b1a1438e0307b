package io.xy.gateway.shared.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys and certificates in PEM; several in one text are all accepted, so that keys can be changed by turns. */
final class PemKeys {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> KINDS = List.of("RSA", "EC", "Ed25519");
    private static final long MAX_BYTES = 256 << 10;

    private PemKeys() {}

    /**
     * @param textOrPath PEM text, in which line ends may be written as {@code \n}, or the path of a PEM file
     * @throws IllegalArgumentException when there is no usable key: that would refuse, or accept, everybody
     */
    static List<VerificationKey> read(String textOrPath) {
        String text = textOrPath.contains("-----BEGIN") ? textOrPath.replace("\\n", "\n") : file(textOrPath);
        List<VerificationKey> keys = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            VerificationKey key = VerificationKey.of(key(blocks.group(1), blocks.group(2)), "");
            if (key == null) {
                throw new IllegalArgumentException(
                        "the public key must be RSA (2048 to 8192 bits), EC P-256 or Ed25519");
            }
            keys.add(key);
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("there is no PUBLIC KEY and no CERTIFICATE in the PEM text");
        }
        return List.copyOf(keys);
    }

    private static String file(String path) {
        try {
            if (Files.size(Path.of(path)) > MAX_BYTES) {
                throw new IllegalArgumentException("the file of the public key is larger than " + MAX_BYTES + " bytes");
            }
            return Files.readString(Path.of(path), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalArgumentException("the file of the public key cannot be read: " + path, e);
        }
    }

    private static PublicKey key(String kind, String base64) {
        byte[] der = Base64.getMimeDecoder().decode(base64);
        if (kind.equals("CERTIFICATE")) {
            try {
                return CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der))
                        .getPublicKey();
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("the certificate of the public key cannot be read", e);
            }
        }
        for (String each : KINDS) {
            try {
                return KeyFactory.getInstance(each).generatePublic(new X509EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                continue; // a key of another kind
            }
        }
        throw new IllegalArgumentException("the public key is of a kind that is not accepted");
    }
}
