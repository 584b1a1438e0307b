@NullMarked
package io.xy.gateway.httpapi.exchange;

import org.jspecify.annotations.NullMarked;
