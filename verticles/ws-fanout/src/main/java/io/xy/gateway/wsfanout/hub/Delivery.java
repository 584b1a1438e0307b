package io.xy.gateway.wsfanout.hub;

/**
 * One value on its way to one connection in mode {@code all}.
 *
 * @param image as a full image that begins a sequence, after naming the channel
 * @param initial part of the first state, which is wanted however old it is
 */
record Delivery(Binding binding, Value value, boolean image, boolean initial) implements Entry {}
