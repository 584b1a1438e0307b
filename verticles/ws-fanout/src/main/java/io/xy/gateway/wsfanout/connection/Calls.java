package io.xy.gateway.wsfanout.connection;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.runtime.Directory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Route calls on their way to a node that serves the API. A call to a node that goes away fails at once instead of by
 * its time-out, and says that it may have run.
 */
public final class Calls {
    private final Bus bus;
    private final Directory directory;
    private final Map<String, Set<Promise<CallReply>>> underWay = new HashMap<>();

    public Calls(Bus bus, Directory directory) {
        this.bus = bus;
        this.directory = directory;
        directory.onNodeGone(this::onNodeGone);
    }

    /** The one answer; fails with a coded failure that says what became of the call. */
    public Future<CallReply> call(RouteCall call) {
        String node = directory.choose(Role.HTTP_API);
        if (node == null) {
            return Future.failedFuture(GatewayError.NO_SERVICE
                    .notExecuted("No node serves the API now")
                    .exception());
        }
        Promise<CallReply> answer = Promise.promise();
        Set<Promise<CallReply>> there = underWay.computeIfAbsent(node, absent -> new HashSet<>());
        there.add(answer);
        bus.request(Contract.API_CALL, node, call, call.deadline().remainingMillis())
                .onComplete(done -> {
                    there.remove(answer);
                    if (done.succeeded()) {
                        answer.tryComplete(done.result());
                    } else {
                        answer.tryFail(done.cause());
                    }
                });
        return answer.future();
    }

    private void onNodeGone(String node) {
        Set<Promise<CallReply>> there = underWay.remove(node);
        if (there != null) {
            for (Promise<CallReply> answer : Set.copyOf(there)) {
                answer.tryFail(GatewayError.NO_SERVICE
                        .unknown("The node that worked on this call went away")
                        .exception());
            }
        }
    }
}
