@NullMarked
package io.xy.gateway.health.page;

import org.jspecify.annotations.NullMarked;
