@NullMarked
package io.xy.gateway.wsfanout.hub;

import org.jspecify.annotations.NullMarked;
