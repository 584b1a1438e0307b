@NullMarked
package io.xy.gateway.wsfanout.source;

import org.jspecify.annotations.NullMarked;
