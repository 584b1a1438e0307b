@NullMarked
package io.xy.gateway.httpapi.checks;

import org.jspecify.annotations.NullMarked;
