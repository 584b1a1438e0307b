/** The Majordomo protocol in the desk's form: its frames, and a broker. */
@NullMarked
package io.xy.gateway.zmqbridge.majordomo;

import org.jspecify.annotations.NullMarked;
