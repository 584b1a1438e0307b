/** Who wants which subjects, in which order values go out; all of it on the bridge's event loop. */
@NullMarked
package io.xy.gateway.natsbridge.stream;

import org.jspecify.annotations.NullMarked;
