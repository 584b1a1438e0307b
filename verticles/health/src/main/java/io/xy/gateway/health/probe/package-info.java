@NullMarked
package io.xy.gateway.health.probe;

import org.jspecify.annotations.NullMarked;
