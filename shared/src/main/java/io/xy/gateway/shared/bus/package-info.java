@NullMarked
package io.xy.gateway.shared.bus;

import org.jspecify.annotations.NullMarked;
