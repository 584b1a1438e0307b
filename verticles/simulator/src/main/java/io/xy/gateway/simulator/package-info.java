@NullMarked
package io.xy.gateway.simulator;

import org.jspecify.annotations.NullMarked;
