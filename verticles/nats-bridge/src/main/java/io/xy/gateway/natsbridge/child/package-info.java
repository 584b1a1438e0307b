/** The server that development starts next to the gateway. */
@NullMarked
package io.xy.gateway.natsbridge.child;

import org.jspecify.annotations.NullMarked;
