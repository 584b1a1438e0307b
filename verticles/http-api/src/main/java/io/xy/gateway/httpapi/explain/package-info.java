@NullMarked
package io.xy.gateway.httpapi.explain;

import org.jspecify.annotations.NullMarked;
