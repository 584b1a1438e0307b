/** What the gateway knows of streams, for REST: asked of the fan-out and of the bridge that reads stored values. */
@NullMarked
package io.xy.gateway.httpapi.streams;

import org.jspecify.annotations.NullMarked;
