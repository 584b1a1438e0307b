package io.xy.gateway.wsfanout.oracle;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What one client was told, over all its connections: each value must follow the one before, or the hole must have been
 * named before it, or be a conflation that the mode permits. Fed by the client's event loop, asked by the test.
 */
public final class Ledger {
    /** Where the client is on one subject. */
    public record Position(String epoch, long sequence) {}

    private static final int MAX_VIOLATIONS = 20;

    private final String name;
    private final boolean all;
    private final boolean gapsAllowed;
    private final Map<Integer, String> channels = new HashMap<>();
    private final Map<String, Position> positions = new HashMap<>();
    /** The newest value that was really shown. */
    private final Map<String, Position> shown = new HashMap<>();
    /** Subjects whose next value must be a full image. */
    private final Set<String> unanchored = new HashSet<>();

    private final List<String> violations = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();

    /**
     * @param all whether each value counts
     */
    public Ledger(String name, boolean all) {
        this(name, all, all);
    }

    private Ledger(String name, boolean all, boolean gapsAllowed) {
        this.name = name;
        this.all = all;
        this.gapsAllowed = gapsAllowed;
    }

    /** Of a client that changes its mode: whatever has no name may be a conflation. */
    public static Ledger ofChangingMode(String name) {
        return new Ledger(name, false, true);
    }

    /** A checksum that only the right subject, sequence and filler give. */
    public static int checksum(String subject, long sequence, String filler) {
        return (subject + '/' + sequence + '/' + filler).hashCode();
    }

    /** Another connection begins; it resumes at the positions. */
    public synchronized void connected() {
        channels.clear();
        unanchored.clear();
    }

    public synchronized void frame(String text) {
        for (Object record : new JsonArray(text)) {
            read((JsonArray) record);
        }
    }

    public synchronized Map<String, Position> positions() {
        return Map.copyOf(positions);
    }

    /** By subject, the newest value that was really shown; a gap moves a position, but shows nothing. */
    public synchronized Map<String, Position> shown() {
        return Map.copyOf(shown);
    }

    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** How many records with this tag there were. */
    public synchronized int count(String tag) {
        return counts.getOrDefault(tag, 0);
    }

    private void read(JsonArray record) {
        String tag = record.getString(0);
        counts.merge(tag, 1, Integer::sum);
        switch (tag) {
            case "b" -> bind(record);
            case "s", "d" -> value(tag.equals("s"), record);
            case "g" -> gap(record);
            case "z" -> released(record);
            case "x", "err" -> violated("unexpected", record);
            default -> {
                // Answers, ends of states, pings and states of sources say nothing of values.
            }
        }
    }

    private void bind(JsonArray record) {
        String subject = record.getString(2);
        channels.put(record.getInteger(1), subject);
        Position known = positions.get(subject);
        if (known == null || !known.epoch().equals(record.getString(3))) {
            positions.put(subject, new Position(record.getString(3), 0));
            unanchored.add(subject);
        }
    }

    private void value(boolean image, JsonArray record) {
        String subject = channels.get(record.getInteger(1));
        if (subject == null) {
            violated("a channel without a name", record);
            return;
        }
        long sequence = record.getLong(2);
        JsonObject payload = record.getJsonObject(4);
        if (payload.getLong("q") != sequence
                || payload.getInteger("h") != checksum(subject, sequence, payload.getString("p"))) {
            violated("another value than was published", record);
        }
        Position last = Objects.requireNonNull(positions.get(subject));
        if (unanchored.contains(subject)) {
            if (!image) {
                violated("no image to begin with", record);
            }
            unanchored.remove(subject);
        } else if (sequence < last.sequence() || sequence == last.sequence() && !image) {
            violated("goes back behind " + last, record);
        } else if (all && sequence > last.sequence() + 1) {
            violated("a silent hole after " + last, record);
        }
        positions.put(subject, new Position(last.epoch(), sequence));
        shown.put(subject, new Position(last.epoch(), sequence));
    }

    private void gap(JsonArray record) {
        String subject = channels.get(record.getInteger(1));
        if (subject == null) {
            violated("a channel without a name", record);
            return;
        }
        Position last = Objects.requireNonNull(positions.get(subject));
        long from = record.getLong(2);
        long to = record.getLong(3);
        if (from > to || all && !unanchored.contains(subject) && from != last.sequence() + 1) {
            violated("a hole that does not begin after " + last, record);
        }
        if (!gapsAllowed && !record.getString(4).equals("upstream")) {
            violated("a conflation called a loss", record);
        }
        positions.put(subject, new Position(last.epoch(), Math.max(to, last.sequence())));
    }

    private void released(JsonArray record) {
        String subject = channels.remove(record.getInteger(1));
        if (subject != null) {
            positions.remove(subject);
            shown.remove(subject);
            unanchored.remove(subject);
        }
    }

    private void violated(String what, JsonArray record) {
        if (violations.size() < MAX_VIOLATIONS) {
            String text = record.encode();
            violations.add(name + ": " + what + ": " + text.substring(0, Math.min(120, text.length())));
        }
    }
}
