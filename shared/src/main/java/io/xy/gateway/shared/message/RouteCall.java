package io.xy.gateway.shared.message;

/**
 * A call of a REST route that came by a socket; it takes the same pipeline as an HTTP request.
 *
 * @param target path and query, as in an HTTP request line
 * @param credential the caller's bearer token, empty when there is none
 * @param peer address of the client
 * @param idempotencyKey empty when the caller gave none
 */
public record RouteCall(
        String requestId,
        String method,
        String target,
        Payload body,
        String credential,
        String peer,
        String idempotencyKey,
        Deadline deadline) {}
