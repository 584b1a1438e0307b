package io.xy.gateway.zmqbridge.client;

import org.jspecify.annotations.Nullable;

/**
 * One copy of a call that was sent.
 *
 * @param id its request id
 * @param connection where the answer has to come from
 * @param lane the lane that it occupies; null when the request-id frame finds the caller
 */
record Attempt(
        String id,
        Call call,
        BrokerConnection connection,
        @Nullable Lane lane) {}
