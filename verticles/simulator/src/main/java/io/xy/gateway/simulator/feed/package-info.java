@NullMarked
package io.xy.gateway.simulator.feed;

import org.jspecify.annotations.NullMarked;
