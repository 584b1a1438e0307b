@NullMarked
package io.xy.gateway.httpapi.upstream;

import org.jspecify.annotations.NullMarked;
