/** The way to NATS: streams, requests and publications. Entered through {@link io.xy.gateway.natsbridge.NatsBridgeVerticle}. */
@NullMarked
package io.xy.gateway.natsbridge;

import org.jspecify.annotations.NullMarked;
