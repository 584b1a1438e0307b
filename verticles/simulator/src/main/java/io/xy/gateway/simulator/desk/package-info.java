@NullMarked
package io.xy.gateway.simulator.desk;

import org.jspecify.annotations.NullMarked;
