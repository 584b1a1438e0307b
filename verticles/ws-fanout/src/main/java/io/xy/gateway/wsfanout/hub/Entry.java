package io.xy.gateway.wsfanout.hub;

/** What may wait in the ordered queue of an {@link Outbox}. */
sealed interface Entry permits Binding, Delivery, Gap, Note {}
