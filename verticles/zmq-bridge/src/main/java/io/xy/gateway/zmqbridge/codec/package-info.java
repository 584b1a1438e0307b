/** How payloads become JSON and JSON becomes payloads: in this process, or in Python processes next to it. */
@NullMarked
package io.xy.gateway.zmqbridge.codec;

import org.jspecify.annotations.NullMarked;
