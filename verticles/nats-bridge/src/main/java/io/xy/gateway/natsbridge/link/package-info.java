/** The connection itself, on a thread of its own; the only package that knows the NATS client. */
@NullMarked
package io.xy.gateway.natsbridge.link;

import org.jspecify.annotations.NullMarked;
