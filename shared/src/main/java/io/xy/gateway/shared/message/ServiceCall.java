package io.xy.gateway.shared.message;

/**
 * A call of a back-end service.
 *
 * @param service name of the Majordomo service, or NATS subject
 * @param method function of the service; empty for NATS
 * @param body UTF-8 JSON: for Majordomo a two-element array {@code [args, kwargs]}, for NATS the request itself
 * @param principal who calls, for logs; empty for the gateway itself
 * @param idempotencyKey empty when the caller gave none
 */
public record ServiceCall(
        String requestId,
        String service,
        String method,
        Payload body,
        Effect effect,
        String principal,
        String idempotencyKey,
        Deadline deadline) {}
