@NullMarked
package io.xy.gateway.shared.security;

import org.jspecify.annotations.NullMarked;
