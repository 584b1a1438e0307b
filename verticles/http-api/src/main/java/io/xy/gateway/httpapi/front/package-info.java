@NullMarked
package io.xy.gateway.httpapi.front;

import org.jspecify.annotations.NullMarked;
