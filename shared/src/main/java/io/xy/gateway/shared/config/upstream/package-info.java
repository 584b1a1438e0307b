/** HTTP services behind the gateway, as {@code upstreams.yaml} names them. */
@NullMarked
package io.xy.gateway.shared.config.upstream;

import org.jspecify.annotations.NullMarked;
