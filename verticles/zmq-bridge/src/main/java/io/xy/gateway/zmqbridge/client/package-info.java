/** The calling side of Majordomo: many calls outstanding, exactly one answer each. */
@NullMarked
package io.xy.gateway.zmqbridge.client;

import org.jspecify.annotations.NullMarked;
