@NullMarked
package io.xy.gateway.httpapi.limits;

import org.jspecify.annotations.NullMarked;
