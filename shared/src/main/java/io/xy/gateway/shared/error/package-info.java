@NullMarked
package io.xy.gateway.shared.error;

import org.jspecify.annotations.NullMarked;
