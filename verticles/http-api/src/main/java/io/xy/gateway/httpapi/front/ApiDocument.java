package io.xy.gateway.httpapi.front;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The OpenAPI document as it is served: who has it already is told so. */
final class ApiDocument {
    private static final int TAG_BYTES = 12;

    private final Buffer document;
    private final String etag;

    ApiDocument(byte[] document) {
        this.document = Buffer.buffer(document);
        this.etag = '"' + hash(document) + '"';
    }

    void handle(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader(HttpHeaders.ETAG, etag);
        if (isKnown(context.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8");
        if (context.request().method() == HttpMethod.HEAD) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(document.length()))
                    .end();
        } else {
            context.end(document);
        }
    }

    /** RFC 9110, 13.1.2: compared weakly. */
    private boolean isKnown(@Nullable String known) {
        if (known == null) {
            return false;
        }
        for (String tag : known.split(",")) {
            String plain = tag.strip();
            if (plain.equals("*") || plain.equals(etag) || plain.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }

    private static String hash(byte[] document) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(document);
            return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
