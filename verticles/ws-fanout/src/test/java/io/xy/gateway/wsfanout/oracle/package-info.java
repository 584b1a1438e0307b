/** A client that believes nothing: it checks each record against what it has had before. */
@NullMarked
package io.xy.gateway.wsfanout.oracle;

import org.jspecify.annotations.NullMarked;
