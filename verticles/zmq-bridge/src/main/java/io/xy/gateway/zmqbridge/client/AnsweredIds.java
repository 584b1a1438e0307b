package io.xy.gateway.zmqbridge.client;

import java.util.Arrays;

/**
 * Request ids of the last calls that had their answer, at least 32,768 of them: what still comes for them is a
 * duplicate, and not a stranger's. Kept as numbers in two tables of fixed size: as objects they outlived the young
 * generation, and copying them made every collection 15 ms long. Belongs to one event loop.
 */
final class AnsweredIds {
    private static final int PER_TABLE = 32_768;
    private static final int SLOTS = 2 * PER_TABLE;
    private static final long ODD = 0x9e3779b97f4a7c15L;

    private long[] newer = new long[SLOTS];
    private long[] older = new long[SLOTS];
    private int count;

    void add(String id, String service) {
        if (count == PER_TABLE) {
            long[] oldest = older;
            older = newer;
            newer = oldest;
            Arrays.fill(newer, 0);
            count = 0;
        }
        long key = key(id, service);
        int slot = find(newer, key);
        if (newer[slot] == 0) {
            newer[slot] = key;
            count++;
        }
    }

    boolean contains(String id, String service) {
        long key = key(id, service);
        return newer[find(newer, key)] == key || older[find(older, key)] == key;
    }

    /** The place of the key, or the free one where it belongs. A table is never more than half full. */
    private static int find(long[] table, long key) {
        int slot = (int) (key >>> 48);
        while (table[slot] != 0 && table[slot] != key) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        return slot;
    }

    /** Ids are random: two that are alike are as unlikely as a guess. Never 0, which means free. */
    private static long key(String id, String service) {
        long key = service.hashCode();
        for (int i = 0; i < id.length(); i++) {
            key = (key ^ id.charAt(i)) * ODD;
            key ^= key >>> 32;
        }
        return key == 0 ? 1 : key;
    }
}
