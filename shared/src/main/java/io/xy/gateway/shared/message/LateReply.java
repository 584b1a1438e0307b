package io.xy.gateway.shared.message;

/** An answer that came after its deadline: nobody waits for it, but the outcome ledger learns from it. */
public record LateReply(String requestId, String service, String idempotencyKey, CallReply reply) {}
