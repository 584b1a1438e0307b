@NullMarked
package io.xy.gateway.httpapi.identity;

import org.jspecify.annotations.NullMarked;
