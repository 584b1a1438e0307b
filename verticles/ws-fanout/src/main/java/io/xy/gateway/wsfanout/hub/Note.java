package io.xy.gateway.wsfanout.hub;

/** A finished record that keeps its place among the data: the end of a state, an answer that must come last. */
record Note(byte[] bytes) implements Entry {}
