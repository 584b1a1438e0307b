@NullMarked
package io.xy.gateway.health;

import org.jspecify.annotations.NullMarked;
