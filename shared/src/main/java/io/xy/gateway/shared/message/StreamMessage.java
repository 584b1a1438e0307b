package io.xy.gateway.shared.message;

/** One message to be published on a subject. */
public record StreamMessage(String subject, Payload payload) {}
