@NullMarked
package io.xy.gateway.httpapi.routing;

import org.jspecify.annotations.NullMarked;
