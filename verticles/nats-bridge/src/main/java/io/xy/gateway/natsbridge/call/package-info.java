/** Requests and publications towards NATS, from the bridge's event loop. */
@NullMarked
package io.xy.gateway.natsbridge.call;

import org.jspecify.annotations.NullMarked;
