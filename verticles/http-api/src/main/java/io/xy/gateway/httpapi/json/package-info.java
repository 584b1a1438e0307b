@NullMarked
package io.xy.gateway.httpapi.json;

import org.jspecify.annotations.NullMarked;
