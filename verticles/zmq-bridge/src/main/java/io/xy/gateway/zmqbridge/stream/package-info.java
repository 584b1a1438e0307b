/** Values of ZeroMQ publishers as streams: received on a thread of their own, handed out on the event loop. */
@NullMarked
package io.xy.gateway.zmqbridge.stream;

import org.jspecify.annotations.NullMarked;
