package io.xy.gateway.natsbridge.link;

import io.nats.client.AuthHandler;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.NatsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one connection. Built anew for every attempt, so that rotated certificates, seeds and credentials
 * are read again. Reads files, so it is called from the link's thread.
 */
final class LinkOptions {
    private LinkOptions() {}

    static Options.Builder of(Vertx vertx, String name, NatsConfig config, List<String> urls) throws Exception {
        Options.Builder options = new Options.Builder()
                .servers(urls.toArray(new String[0]))
                .connectionName(name)
                // The link connects anew itself: each message then belongs to a known connection, nothing that was
                // meant for a lost one is sent later, and a second refused login does not end it for good.
                .noReconnect()
                // The only mode that keeps the name, which the certificate is compared with, and still resolves it;
                // noResolveHostnames() of 2.26.2 resolves to the first address.
                .hostnameResolveMode(Options.HostnameResolveMode.HappyEyeballs)
                .connectionTimeout(Duration.ofSeconds(1))
                .pingInterval(Duration.ofSeconds(2))
                .maxPingsOut(2)
                .socketWriteTimeout(Duration.ofSeconds(5))
                .writeQueuePushTimeout(Duration.ofMillis(500))
                .reconnectBufferSize(0)
                .strictSubjectValidation()
                .reportNoResponders()
                .advancedRequestBehavior()
                .useTimeoutException();
        if (speaksTls(config, urls)) {
            options.sslContext(LinkTls.context(vertx, config));
        }
        identify(options, config);
        return options;
    }

    private static boolean speaksTls(NatsConfig config, List<String> urls) {
        if (config.tls() || !config.tlsCa().isEmpty() || !config.tlsCert().isEmpty()) {
            return true;
        }
        for (String url : urls) {
            if (url.startsWith("tls:") || url.startsWith("wss:")) {
                return true;
            }
        }
        return false;
    }

    private static void identify(Options.Builder options, NatsConfig config) throws IOException {
        if (!config.credentialsFile().isEmpty()) {
            options.authHandler(Nats.staticCredentials(Files.readAllBytes(Path.of(config.credentialsFile()))));
        } else if (!config.nkeyFile().isEmpty()) {
            options.authHandler(new Seed(seed(Path.of(config.nkeyFile()))));
        } else if (!config.user().isEmpty()) {
            options.userInfo(config.user().toCharArray(), config.password().toCharArray());
        } else if (!config.token().isEmpty()) {
            options.token(config.token().toCharArray());
        }
    }

    private static NKey seed(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            String text = line.strip();
            if (text.startsWith("SU")) {
                return NKey.fromSeed(text.toCharArray());
            }
        }
        throw new IOException("the NKey file holds no seed of a user");
    }

    /** Answers the server's challenge with an NKey. */
    private record Seed(NKey key) implements AuthHandler {
        @Override
        public byte[] sign(byte[] nonce) {
            try {
                return key.sign(nonce);
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("the NKey cannot sign", e);
            }
        }

        @Override
        public char[] getID() {
            try {
                return key.getPublicKey();
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("the NKey has no public part", e);
            }
        }

        @Override
        public char @Nullable [] getJWT() {
            return null;
        }
    }
}
