@NullMarked
package io.xy.gateway.wsfanout.edge;

import org.jspecify.annotations.NullMarked;
