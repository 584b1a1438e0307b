/** JeroMQ, and what it needs to be safe in a server: bounded messages, contexts that are replaced, a bell. */
@NullMarked
package io.xy.gateway.zmqbridge.socket;

import org.jspecify.annotations.NullMarked;
