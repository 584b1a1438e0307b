package io.xy.gateway.httpapi.metrics;

import io.vertx.core.http.HttpMethod;
import io.xy.gateway.httpapi.metrics.Credential.Flaw;
import io.xy.gateway.httpapi.metrics.RouteMeters.Limiter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The meters of one instance. Written by its event loop; a scrape adds up those of all instances of the process
 * ({@link Exposition}).
 */
public final class HttpMeters {
    /** What has no route: never the path itself, which anybody can make up. */
    public enum Label {
        UNMATCHED("unmatched"),
        REFUSED("refused"),
        UNDECODABLE("undecodable"),
        PREFLIGHT("preflight"),
        PAGE("page");

        final String text;

        Label(String text) {
            this.text = text;
        }
    }

    private static final HttpMethod[] METHODS = {
        HttpMethod.GET,
        HttpMethod.POST,
        HttpMethod.PUT,
        HttpMethod.PATCH,
        HttpMethod.DELETE,
        HttpMethod.HEAD,
        HttpMethod.OPTIONS
    };

    private final List<RouteMeters> meters = new CopyOnWriteArrayList<>();
    private final RouteMeters[][] labelled = new RouteMeters[Label.values().length][METHODS.length + 1];
    private final Map<String, RouteMeters[]> places = new HashMap<>();
    private final Cells attempts = new Cells(Credential.values().length);
    private final Cells failures = new Cells(Credential.values().length * Flaw.values().length);
    private final Cells underWay = new Cells(2);
    private final Cells turnedAway = new Cells(Limiter.values().length);

    /** The meters of a route. */
    public RouteMeters route(String method, String template) {
        return add(method, template);
    }

    /** The meters of what has no route. */
    public RouteMeters of(Label label, HttpMethod method) {
        return in(labelled[label.ordinal()], label.text, method);
    }

    /**
     * The meters of one of the fixed paths that are served without a route.
     *
     * @param path one of few; never what a client makes up
     */
    public RouteMeters of(String path, HttpMethod method) {
        return in(places.computeIfAbsent(path, absent -> new RouteMeters[METHODS.length + 1]), path, method);
    }

    public void authenticating(Credential by) {
        attempts.add(by.ordinal(), 1);
    }

    public void refused(Credential by, Flaw because) {
        failures.add(by.ordinal() * Flaw.values().length + because.ordinal(), 1);
    }

    /**
     * @param change 1 or -1
     */
    public void connections(int change) {
        underWay.add(0, change);
    }

    public void refusedConnection(Limiter by) {
        turnedAway.add(by.ordinal(), 1);
    }

    /**
     * @param change 1 or -1
     */
    public void inFlight(int change) {
        underWay.add(1, change);
    }

    List<RouteMeters> all() {
        return meters;
    }

    long connections() {
        return underWay.get(0);
    }

    long inFlight() {
        return underWay.get(1);
    }

    long refusedConnections(Limiter by) {
        return turnedAway.get(by.ordinal());
    }

    long attempts(Credential by) {
        return attempts.get(by.ordinal());
    }

    long failures(Credential by, Flaw because) {
        return failures.get(by.ordinal() * Flaw.values().length + because.ordinal());
    }

    private RouteMeters in(RouteMeters[] byMethod, String path, HttpMethod method) {
        int index = 0;
        while (index < METHODS.length && !METHODS[index].equals(method)) {
            index++;
        }
        RouteMeters found = byMethod[index];
        if (found == null) {
            found = add(index < METHODS.length ? METHODS[index].name() : "other", path);
            byMethod[index] = found;
        }
        return found;
    }

    private RouteMeters add(String method, String path) {
        RouteMeters added = new RouteMeters(method, path);
        meters.add(added);
        return added;
    }
}
