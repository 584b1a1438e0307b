@NullMarked
package io.xy.gateway.simulator.upstreams;

import org.jspecify.annotations.NullMarked;
