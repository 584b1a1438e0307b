package io.xy.gateway.httpapi.limits;

import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who has used how much, by the generic cell rate algorithm (ITU-T I.371): per key one number, the time at which its
 * allowance is full again. Shared by the instances of one node and safe on any thread.
 *
 * <p>Bounded: two fixed arrays, in sets of eight places. Where a set is full, the key whose allowance is full soonest is
 * forgotten, so that who is being limited is forgotten last, however many keys somebody makes up. The place of a key
 * depends on a secret number: nobody can choose keys that meet in one set.
 */
public final class RateTable {
    private static final int WAYS = 8;
    private static final int STRIPES = 64;

    private final long[] keys;
    private final long[] fullAt;
    private final int setMask;
    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];
    private final long seed;
    private final NameHash names;

    /**
     * @param capacity keys that are counted at a time; rounded up to a power of two
     */
    public RateTable(int capacity) {
        int places = Integer.highestOneBit(Math.max(STRIPES * WAYS, capacity) * 2 - 1);
        this.keys = new long[places];
        this.fullAt = new long[places];
        this.setMask = places / WAYS - 1;
        SecureRandom random = new SecureRandom();
        this.seed = random.nextLong();
        this.names = new NameHash(random);
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** How many keys can be counted at a time. */
    public int capacity() {
        return keys.length;
    }

    /** The number of a name, the same for all instances that share the table. */
    long number(String name) {
        return names.of(name);
    }

    /**
     * Counts a request, unless the allowance is used up.
     *
     * @param nowNanos of {@link System#nanoTime}
     * @param interval nanoseconds in which the allowance grows by one request
     * @param depth nanoseconds that a full allowance is worth
     * @return the nanoseconds of allowance that are left; negative: refused, and how long it takes until the next is
     *     admitted
     */
    long take(long key, long nowNanos, long interval, long depth) {
        long mixed = mix(key ^ seed);
        int set = (int) mixed & setMask;
        ReentrantLock lock = locks[set & (STRIPES - 1)];
        lock.lock();
        try {
            int place = place(set * WAYS, mixed, nowNanos);
            long full = keys[place] == mixed && fullAt[place] - nowNanos > 0 ? fullAt[place] : nowNanos;
            long left = depth - (full - nowNanos) - interval;
            if (left < 0) {
                return left;
            }
            keys[place] = mixed;
            fullAt[place] = full + interval;
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** The key's own place, else one whose allowance is full soonest. */
    private int place(int first, long mixed, long nowNanos) {
        int soonest = first;
        for (int i = first; i < first + WAYS; i++) {
            if (keys[i] == mixed) {
                return i;
            }
            if (keys[i] == 0) {
                return i;
            }
            if (fullAt[i] - nowNanos < fullAt[soonest] - nowNanos) {
                soonest = i;
            }
        }
        return soonest;
    }

    /** Both rounds of a known finalizer (MurmurHash3): every bit of the key counts for every bit of the result. */
    private static long mix(long key) {
        long mixed = key;
        mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        mixed ^= mixed >>> 33;
        return mixed == 0 ? 1 : mixed;
    }
}
