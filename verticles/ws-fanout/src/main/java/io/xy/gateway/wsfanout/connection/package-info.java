@NullMarked
package io.xy.gateway.wsfanout.connection;

import org.jspecify.annotations.NullMarked;
