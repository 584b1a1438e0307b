@NullMarked
package io.xy.gateway.shared.runtime;

import org.jspecify.annotations.NullMarked;
