package io.xy.gateway.httpapi.limits;

import java.security.SecureRandom;

/**
 * SipHash-1-3 under a secret key of this process: nobody can choose a name that shares the allowance of another. Safe on
 * any thread.
 */
final class NameHash {
    private final long k0;
    private final long k1;

    NameHash(SecureRandom random) {
        this.k0 = random.nextLong();
        this.k1 = random.nextLong();
    }

    /** Never {@link Limit#NOBODY}. */
    long of(String name) {
        State state = new State(k0, k1);
        long word = 0;
        for (int i = 0; i < name.length(); i++) {
            word |= (long) name.charAt(i) << ((i & 3) * 16);
            if ((i & 3) == 3) {
                state.absorb(word);
                word = 0;
            }
        }
        // The last word also holds the length, so that no name is the beginning of another.
        state.absorb(word);
        state.absorb(name.length());
        long hash = state.end();
        return hash == Limit.NOBODY ? 1 : hash;
    }

    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long k0, long k1) {
            v0 = k0 ^ 0x736f6d6570736575L;
            v1 = k1 ^ 0x646f72616e646f6dL;
            v2 = k0 ^ 0x6c7967656e657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        void absorb(long word) {
            v3 ^= word;
            round();
            v0 ^= word;
        }

        long end() {
            v2 ^= 0xff;
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
