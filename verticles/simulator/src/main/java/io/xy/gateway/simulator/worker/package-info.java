@NullMarked
package io.xy.gateway.simulator.worker;

import org.jspecify.annotations.NullMarked;
