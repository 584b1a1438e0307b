@NullMarked
package io.xy.gateway.simulator.prices;

import org.jspecify.annotations.NullMarked;
