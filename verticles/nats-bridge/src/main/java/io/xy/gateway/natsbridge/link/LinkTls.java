package io.xy.gateway.natsbridge.link;

import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.xy.gateway.shared.config.NatsConfig;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS towards NATS from PEM files. Reads files, so it is called from the link's thread. */
final class LinkTls {
    private LinkTls() {}

    static SSLContext context(Vertx vertx, NatsConfig config) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(vertx, config), new TrustManager[] {new NamedServers(trust(vertx, config))}, null);
        return context;
    }

    private static KeyManager @Nullable [] keys(Vertx vertx, NatsConfig config) throws Exception {
        if (config.tlsCert().isEmpty()) {
            return null;
        }
        PemKeyCertOptions pem =
                new PemKeyCertOptions().setCertPath(config.tlsCert()).setKeyPath(config.tlsKey());
        return pem.getKeyManagerFactory(vertx).getKeyManagers();
    }

    private static X509ExtendedTrustManager trust(Vertx vertx, NatsConfig config) throws Exception {
        TrustManagerFactory factory;
        if (config.tlsCa().isEmpty()) {
            factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
        } else {
            factory = new PemTrustOptions().addCertPath(config.tlsCa()).getTrustManagerFactory(vertx);
        }
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new CertificateException("no trust manager for X.509");
    }

    /**
     * Also checks that the certificate names the host. The NATS client (2.26.2) opens its sockets without endpoint
     * identification, so any certificate of the authority would do for any server.
     */
    private static final class NamedServers extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager authority;

        NamedServers(X509ExtendedTrustManager authority) {
            this.authority = authority;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            if (!(socket instanceof SSLSocket tls)) {
                throw new CertificateException("not a TLS socket");
            }
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            authority.checkServerTrusted(chain, type, tls);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("the host name cannot be checked");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("the host name cannot be checked");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this side is never a server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this side is never a server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this side is never a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return authority.getAcceptedIssuers();
        }
    }
}
