package io.xy.gateway.zmqbridge.codec;

import java.util.function.Consumer;

/**
 * One payload for a helper process.
 *
 * @param then given the answer exactly once, on a thread of the pool or of whoever closes it
 */
record HelperJob(Kind kind, byte[] content, Consumer<HelperAnswer> then) {
    enum Kind {
        /** The pickle of a reply. */
        REPLY('R'),
        /** The pickle of any value. */
        VALUE('V'),
        /** The JSON of a call, to be pickled. */
        CALL('C');

        final byte letter;

        Kind(char letter) {
            this.letter = (byte) letter;
        }
    }
}
