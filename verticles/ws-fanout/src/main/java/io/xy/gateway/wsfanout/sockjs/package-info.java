@NullMarked
package io.xy.gateway.wsfanout.sockjs;

import org.jspecify.annotations.NullMarked;
