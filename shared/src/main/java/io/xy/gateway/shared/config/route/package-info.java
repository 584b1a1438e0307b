@NullMarked
package io.xy.gateway.shared.config.route;

import org.jspecify.annotations.NullMarked;
