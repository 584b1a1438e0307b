@NullMarked
package io.xy.gateway.cluster;

import org.jspecify.annotations.NullMarked;
