@NullMarked
package io.xy.gateway.wsfanout;

import org.jspecify.annotations.NullMarked;
