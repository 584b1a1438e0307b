@NullMarked
package io.xy.gateway.httpapi.metrics;

import org.jspecify.annotations.NullMarked;
