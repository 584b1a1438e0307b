@NullMarked
package io.xy.gateway.httpapi.calls;

import org.jspecify.annotations.NullMarked;
