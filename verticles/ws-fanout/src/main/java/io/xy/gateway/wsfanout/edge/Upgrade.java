package io.xy.gateway.wsfanout.edge;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.security.ClientCertificates;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.connection.Loop;
import io.xy.gateway.wsfanout.connection.TwoVerbConnection;
import io.xy.gateway.wsfanout.connection.Visitor;
import io.xy.gateway.wsfanout.connection.XyConnection;
import io.xy.gateway.wsfanout.protocol.LegacyCode;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a request for {@code /ws} into a connection, or refuses it with a true HTTP answer. Order of the checks: room,
 * origin, address, pace, token or certificate, user.
 */
final class Upgrade {
    private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);

    private final Loop loop;
    private final Admission admission;
    private long opened;

    Upgrade(Loop loop, Admission admission) {
        this.loop = loop;
        this.admission = admission;
    }

    void handle(HttpServerRequest request) {
        if (!request.canUpgradeToWebSocket()) {
            refuse(request, GatewayError.BAD_REQUEST.notExecuted("This address wants a WebSocket upgrade"), "");
            return;
        }
        Failure refusal = admission.refusal(request);
        if (refusal == null) {
            refusal = admission.pacing(System.currentTimeMillis());
        }
        if (refusal != null) {
            refuse(request, refusal, Admission.legacy(refusal));
            return;
        }
        identify(request, Offer.of(request, loop.config().ws().queryToken()));
    }

    /** A token or key that is offered decides, good or bad; else the certificate of the connection. */
    private void identify(HttpServerRequest request, Offer offer) {
        if (!offer.token().isEmpty()) {
            admit(request, offer, loop.verify(offer.token()), offer.token());
            return;
        }
        X509Certificate shown = loop.certificates().shown(request);
        Principal holder = shown == null ? null : loop.certificates().verify(shown);
        if (shown != null && holder != null) {
            admit(request, offer, loop.unlessRevoked(holder), ClientCertificates.credential(shown));
        } else {
            onNobody(request, offer, shown == null);
        }
    }

    private void admit(HttpServerRequest request, Offer offer, Future<Principal> identified, String credential) {
        request.pause();
        identified.onComplete(done -> {
            if (done.failed()) {
                request.resume();
                Failure failure = GatewayException.failureOf(done.cause());
                refuse(request, failure, LegacyCode.of(failure.error()));
            } else if (loop.isUserFull(done.result())) {
                request.resume();
                refuse(request, GatewayError.RATE_LIMITED.notExecuted("This user has too many connections"), "");
            } else {
                Visitor visitor = new Visitor();
                visitor.is(done.result(), credential);
                accept(request, offer, visitor);
            }
        });
    }

    /**
     * Who speaks {@code xy.v1} may still say who it is.
     *
     * @param unknown false when it showed a certificate that is nobody's: that one is not let in without a name
     */
    private void onNobody(HttpServerRequest request, Offer offer, boolean unknown) {
        Visitor visitor = new Visitor();
        if (unknown && loop.config().jwt().optional()) {
            visitor.is(Principal.anonymous(), "");
        } else if (!offer.xy()) {
            refuse(request, GatewayError.UNAUTHORIZED.notExecuted("A token is needed"), LegacyCode.UNAUTHORISED);
            return;
        }
        accept(request, offer, visitor);
    }

    private void accept(HttpServerRequest request, Offer offer, Visitor visitor) {
        select(request, offer.selected());
        request.toWebSocket()
                .onSuccess(socket -> open(socket, offer, visitor))
                .onFailure(e -> LOG.debug("an upgrade was not completed"));
    }

    private void open(ServerWebSocket socket, Offer offer, Visitor visitor) {
        String id = "c-" + loop.boot() + '-' + Long.toString(++opened, 36);
        Principal principal = visitor.principal();
        if (offer.xy()) {
            new XyConnection(loop, id, socket, visitor).open();
        } else if (principal != null) {
            new TwoVerbConnection(loop, id, socket, visitor, principal).open();
        }
    }

    /** The server answers with the first name in the request; so the request shall have only the one that we choose. */
    private static void select(HttpServerRequest request, @Nullable String name) {
        request.headers().remove(HttpHeaders.createOptimized("sec-websocket-protocol"));
        if (name != null) {
            request.headers().set("sec-websocket-protocol", name);
        }
    }

    private void refuse(HttpServerRequest request, Failure failure, String legacy) {
        loop.meters().refused(Problems.send(request, failure, legacy), legacy, failure);
    }
}
