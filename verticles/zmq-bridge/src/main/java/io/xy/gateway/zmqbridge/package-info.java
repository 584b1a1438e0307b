/** The bridge between the event bus and Majordomo services over ZeroMQ. */
@NullMarked
package io.xy.gateway.zmqbridge;

import org.jspecify.annotations.NullMarked;
