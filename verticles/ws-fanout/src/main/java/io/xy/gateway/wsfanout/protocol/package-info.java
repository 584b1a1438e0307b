@NullMarked
package io.xy.gateway.wsfanout.protocol;

import org.jspecify.annotations.NullMarked;
