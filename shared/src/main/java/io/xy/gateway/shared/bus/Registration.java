package io.xy.gateway.shared.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;

/** A place at an address, to be given back. Undeployment gives it back too. */
public final class Registration {
    private final MessageConsumer<Object> consumer;

    Registration(MessageConsumer<Object> consumer) {
        this.consumer = consumer;
    }

    public Future<Void> close() {
        return consumer.unregister();
    }
}
