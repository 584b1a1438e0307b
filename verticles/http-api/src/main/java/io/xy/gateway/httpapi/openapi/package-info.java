@NullMarked
package io.xy.gateway.httpapi.openapi;

import org.jspecify.annotations.NullMarked;
