package io.xy.gateway.health.probe;

import io.vertx.core.Future;

/** Asks one database one cheap question. Opens what it needs at the first question; called on the owner's event loop. */
interface Probe {
    /** Fails when the database cannot be used; ends in finite time where the client library allows it. */
    Future<Finding> ask();

    /** Gives the connections back. May be called before the first question. */
    Future<Void> close();
}
