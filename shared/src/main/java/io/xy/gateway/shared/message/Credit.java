package io.xy.gateway.shared.message;

/**
 * A consumer's answer to a batch.
 *
 * @param number the batch that was taken
 */
public record Credit(long number) {}
