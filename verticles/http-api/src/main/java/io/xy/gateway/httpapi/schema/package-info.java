@NullMarked
package io.xy.gateway.httpapi.schema;

import org.jspecify.annotations.NullMarked;
