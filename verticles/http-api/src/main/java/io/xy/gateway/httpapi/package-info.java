@NullMarked
package io.xy.gateway.httpapi;

import org.jspecify.annotations.NullMarked;
