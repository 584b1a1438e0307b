package io.xy.gateway.testkit;

import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Issues certificates for a test through openssl: {@code NAME.pem} and {@code NAME.key}, the own in {@code NAME-ca.pem}. */
public final class Authority {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final String name;

    public Authority(Path directory, String name) {
        this.directory = directory;
        this.name = name;
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=" + name
                + " -keyout " + name + "-ca.key -out " + name + "-ca.pem");
    }

    /**
     * @param names of the subject as openssl writes them, such as {@code DNS:localhost,IP:127.0.0.1}
     */
    public void issue(String subject, String names) throws IOException {
        request(subject, names);
        openssl("x509 -req -days 2 -in " + subject + ".csr -CA " + name + "-ca.pem -CAkey " + name
                + "-ca.key -CAcreateserial -extfile " + subject + ".ext -out " + subject + ".pem");
    }

    /** The same with an end that may be near, or past; it began a minute before. */
    public void issueUntil(String subject, String names, Instant end) throws IOException {
        request(subject, names);
        Files.deleteIfExists(directory.resolve("index.txt"));
        Files.createFile(directory.resolve("index.txt"));
        Files.writeString(directory.resolve("ca.cnf"), """
                [ca]
                default_ca = here
                [here]
                database = index.txt
                new_certs_dir = .
                rand_serial = yes
                default_md = sha256
                policy = any
                [any]
                commonName = supplied
                """);
        openssl("ca -batch -notext -config ca.cnf -in " + subject + ".csr -cert " + name + "-ca.pem -keyfile " + name
                + "-ca.key -startdate " + UTC.format(end.minusSeconds(60)) + " -enddate " + UTC.format(end)
                + " -extfile "
                + subject + ".ext -out " + subject + ".pem");
    }

    /**
     * A client that trusts this authority.
     *
     * @param certificate that it shows; empty for none
     */
    public <O extends ClientOptionsBase> O client(String certificate, O options) {
        options.setSsl(true).setTrustOptions(new PemTrustOptions().addCertPath(file(name + "-ca.pem")));
        if (!certificate.isEmpty()) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertPath(file(certificate + ".pem"))
                    .addKeyPath(file(certificate + ".key")));
        }
        return options;
    }

    private String file(String own) {
        return directory.resolve(own).toString();
    }

    private void request(String subject, String names) throws IOException {
        Files.writeString(directory.resolve(subject + ".ext"), "subjectAltName=" + names + "\n");
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" + subject + " -keyout "
                + subject + ".key -out " + subject + ".csr");
    }

    private void openssl(String arguments) {
        List<String> command = new ArrayList<>(List.of(PeerProcess.find("openssl")));
        command.addAll(List.of(arguments.split(" ")));
        try (PeerProcess process = PeerProcess.start(directory, Map.of(), command.toArray(new String[0]))) {
            if (process.await(20) != 0) {
                throw new AssertionError("openssl said " + process.lines());
            }
        }
    }
}
