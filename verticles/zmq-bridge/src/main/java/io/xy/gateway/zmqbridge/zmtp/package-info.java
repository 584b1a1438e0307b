/** The client's side of ZMTP 3 (RFC 23, RFC 37) on an event loop: DEALER sockets that share its thread. */
@NullMarked
package io.xy.gateway.zmqbridge.zmtp;

import org.jspecify.annotations.NullMarked;
