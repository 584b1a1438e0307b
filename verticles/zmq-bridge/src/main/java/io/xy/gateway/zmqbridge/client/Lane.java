package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.zmqbridge.zmtp.Dealer;
import io.xy.gateway.zmqbridge.zmtp.Dealers;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A socket with at most one call outstanding: whatever comes back can only be its answer. */
final class Lane {
    final ServiceQueue queue;
    final BrokerConnection connection;
    final Dealer dealer;
    /** The call that it carries; null when it is free. */
    @Nullable
    Attempt attempt;

    /**
     * @param onMessage takes what comes on this lane
     * @param onUp told when it can be used
     */
    Lane(
            ServiceQueue queue,
            BrokerConnection connection,
            Dealers dealers,
            BiConsumer<Lane, List<byte[]>> onMessage,
            Consumer<ServiceQueue> onUp) {
        this.queue = queue;
        this.connection = connection;
        this.dealer = dealers.open(connection.endpoint, new Dealer.Listener() {
            @Override
            public void onUp() {
                onUp.accept(queue);
            }

            @Override
            public void onLost() {
                // The call that it carries waits for its deadline, as it would for a worker that is gone.
            }

            @Override
            public void onMessage(List<byte[]> frames) {
                onMessage.accept(Lane.this, frames);
            }
        });
    }
}
