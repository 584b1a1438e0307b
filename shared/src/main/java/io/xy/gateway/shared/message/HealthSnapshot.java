package io.xy.gateway.shared.message;

/** One health page, ready to be sent. */
public record HealthSnapshot(int status, String contentType, Payload body) {}
