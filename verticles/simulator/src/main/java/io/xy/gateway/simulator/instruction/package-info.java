@NullMarked
package io.xy.gateway.simulator.instruction;

import org.jspecify.annotations.NullMarked;
