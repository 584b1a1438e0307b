@NullMarked
package io.xy.gateway.shared.message;

import org.jspecify.annotations.NullMarked;
