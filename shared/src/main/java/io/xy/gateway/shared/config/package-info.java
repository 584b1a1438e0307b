@NullMarked
package io.xy.gateway.shared.config;

import org.jspecify.annotations.NullMarked;
