/** Pickle and JSON, both ways, without ever making an object that a peer names. */
@NullMarked
package io.xy.gateway.shared.pickle;

import org.jspecify.annotations.NullMarked;
