@NullMarked
package io.xy.gateway.httpapi.logging;

import org.jspecify.annotations.NullMarked;
