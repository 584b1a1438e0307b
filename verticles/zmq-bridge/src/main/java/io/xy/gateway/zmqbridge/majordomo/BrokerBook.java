package io.xy.gateway.zmqbridge.majordomo;

import io.xy.gateway.zmqbridge.majordomo.BrokerSettings.Dispatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's knowledge and decisions, without sockets: who serves what, who waits, who is to be forgotten. Belongs to
 * the broker's thread; times are milliseconds on a clock that never goes back.
 *
 * <p>Nothing that a peer sends can stop it: what follows no rule is counted and dropped.
 */
final class BrokerBook {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerBook.class);
    private static final String SHARED_SERVICE = "APP";
    private static final int BODY_FRAMES = 2;

    /** The way out. */
    interface Outlet {
        /** Sends; false when the peer is gone or does not take any more. */
        boolean send(Identity to, List<byte[]> frames);
    }

    private final BrokerSettings settings;
    private final Outlet outlet;
    private final Map<String, Service> services = new HashMap<>();
    private final Map<Identity, Worker> workers = new HashMap<>();
    private final BrokerTally tally = new BrokerTally();

    BrokerBook(BrokerSettings settings, Outlet outlet) {
        this.settings = settings;
        this.outlet = outlet;
    }

    /** One message as the ROUTER gave it: identity, empty, header, and what follows. */
    void onMessage(List<byte[]> frames, long now) {
        if (frames.size() < 4 || frames.get(1).length != 0) {
            tally.malformed++;
            return;
        }
        Identity sender = new Identity(frames.get(0));
        byte[] header = frames.get(2);
        List<byte[]> rest = frames.subList(3, frames.size());
        if (Frames.is(header, Frames.CLIENT)) {
            onClient(sender, rest, now);
        } else if (Frames.is(header, Frames.WORKER)) {
            onWorker(sender, rest, now);
        } else {
            tally.malformed++;
        }
    }

    private void onClient(Identity client, List<byte[]> rest, long now) {
        String name = Frames.text(rest.get(0));
        List<byte[]> body = List.copyOf(rest.subList(1, rest.size()));
        if (name.startsWith(Frames.MMI)) {
            onManagement(client, name, body);
            return;
        }
        // A request without its id would stop a worker of the desk for ever.
        int expected = settings.plainServices().contains(name) ? 1 : BODY_FRAMES;
        if (body.size() != expected || expected == BODY_FRAMES && body.get(0).length == 0) {
            tally.malformed++;
            return;
        }
        Service service = service(name);
        if (service == null) {
            tally.malformed++;
            return;
        }
        if (service.waiting.size() >= settings.queue()) {
            tally.overflowed++;
            return;
        }
        tally.requests++;
        service.waiting.add(new Request(client, body, now));
        dispatch(service, now);
    }

    private void onManagement(Identity client, String name, List<byte[]> body) {
        if (body.isEmpty() || body.size() > BODY_FRAMES) {
            tally.malformed++;
            return;
        }
        String code = "501";
        if (name.equals(Frames.MMI_SERVICE)) {
            Service asked = services.get(Frames.text(body.get(body.size() - 1)));
            code = asked == null || asked.workers.isEmpty() ? "404" : "200";
        }
        List<byte[]> answer = new ArrayList<>(List.of(Frames.EMPTY, Frames.CLIENT, Frames.ascii(name)));
        answer.addAll(body.subList(0, body.size() - 1));
        answer.add(Frames.ascii(code));
        send(client, answer);
    }

    private void onWorker(Identity sender, List<byte[]> rest, long now) {
        Worker worker = workers.get(sender);
        byte[] command = rest.get(0);
        if (Frames.is(command, Frames.READY) && rest.size() == 2) {
            onReady(sender, worker, Frames.text(rest.get(1)), now);
        } else if (Frames.is(command, Frames.REPLY) && rest.size() >= 4 && rest.get(2).length == 0) {
            onReply(sender, worker, rest, now);
        } else if (Frames.is(command, Frames.HEARTBEAT)) {
            if (worker == null) {
                disconnect(sender);
            } else {
                worker.heardMillis = now;
            }
        } else if (Frames.is(command, Frames.DISCONNECT)) {
            if (worker != null) {
                remove(worker, "it left", now);
            }
        } else {
            tally.malformed++;
        }
    }

    private void onReady(Identity sender, @Nullable Worker known, String name, long now) {
        if (known != null) {
            tally.refused++;
            known.heardMillis = now;
            if (known.assigned != null || !known.service.name.equals(name)) {
                remove(known, "it registered twice", now);
                disconnect(sender);
            }
            return;
        }
        Service service = workers.size() < settings.maxWorkers() ? service(name) : null;
        if (service == null) {
            tally.refused++;
            disconnect(sender);
            return;
        }
        Worker worker = new Worker(sender, service, now);
        workers.put(sender, worker);
        service.workers.add(worker);
        LOG.info("{}: worker {} registered", name, sender);
        dispatch(service, now);
    }

    private void onReply(Identity sender, @Nullable Worker worker, List<byte[]> rest, long now) {
        if (worker == null) {
            tally.foreign++;
            disconnect(sender);
            return;
        }
        worker.heardMillis = now;
        Request request = worker.assigned;
        List<byte[]> body = rest.subList(3, rest.size());
        if (request == null
                || !new Identity(rest.get(1)).equals(request.client())
                || body.size() != request.body().size()
                || body.size() == BODY_FRAMES
                        && !Frames.is(body.get(0), request.body().get(0))) {
            tally.foreign++;
            return;
        }
        tally.replies++;
        worker.assigned = null;
        worker.idleSince = now;
        List<byte[]> answer = new ArrayList<>(List.of(Frames.EMPTY, Frames.CLIENT, Frames.ascii(worker.service.name)));
        answer.addAll(body);
        send(request.client(), answer);
        dispatch(worker.service, now);
    }

    private void dispatch(Service service, long now) {
        while (!service.waiting.isEmpty()) {
            Worker worker = service.free();
            if (worker == null) {
                return;
            }
            Request request = service.waiting.remove();
            if (now - request.sinceMillis() > settings.requestExpiryMillis()) {
                tally.expired++;
                continue;
            }
            List<byte[]> frames = new ArrayList<>(List.of(
                    Frames.EMPTY,
                    Frames.WORKER,
                    Frames.REQUEST,
                    request.client().bytes(),
                    Frames.EMPTY));
            frames.addAll(request.body());
            if (send(worker.identity, frames)) {
                worker.assigned = request;
            } else {
                // It was not sent, so the next worker may have it.
                service.waiting.addFirst(request);
                remove(worker, "it cannot be reached", now);
            }
        }
    }

    /** Heartbeats to every worker, busy ones too; who cannot be reached is gone. */
    void beat(long now) {
        for (Worker worker : List.copyOf(workers.values())) {
            List<byte[]> frames = worker.service.isDesignated(worker)
                    ? List.of(Frames.EMPTY, Frames.WORKER, Frames.HEARTBEAT, Frames.DESIGNATED)
                    : List.of(Frames.EMPTY, Frames.WORKER, Frames.HEARTBEAT);
            if (workers.containsKey(worker.identity) && !send(worker.identity, frames)) {
                remove(worker, "it cannot be reached", now);
            }
        }
    }

    /** Forgets silent workers and old requests. Call it only after everything that had arrived was read. */
    void expire(long now) {
        for (Worker worker : List.copyOf(workers.values())) {
            long limit = worker.assigned == null ? settings.expiryMillis() : settings.busyExpiryMillis();
            if (now - worker.heardMillis > limit) {
                remove(worker, "it was silent for " + limit + " ms", now);
                disconnect(worker.identity);
            }
        }
        for (Iterator<Service> each = services.values().iterator(); each.hasNext(); ) {
            Service service = each.next();
            while (!service.waiting.isEmpty()
                    && now - service.waiting.peek().sinceMillis() > settings.requestExpiryMillis()) {
                service.waiting.remove();
                tally.expired++;
            }
            if (service.isEmpty()) {
                each.remove();
            }
        }
    }

    /** Tells every worker to go. */
    void dismiss() {
        for (Worker worker : workers.values()) {
            disconnect(worker.identity);
        }
    }

    BrokerCounts counts() {
        int waiting = 0;
        for (Service service : services.values()) {
            waiting += service.waiting.size();
        }
        return tally.snapshot(services.size(), workers.size(), waiting);
    }

    void onMalformed() {
        tally.malformed++;
    }

    private void remove(Worker worker, String why, long now) {
        workers.remove(worker.identity);
        worker.service.workers.remove(worker);
        if (worker.assigned != null) {
            // Never given to another worker: it may have been executed.
            tally.lost++;
            worker.assigned = null;
        }
        LOG.info("{}: worker {} is gone: {}", worker.service.name, worker.identity, why);
        dispatch(worker.service, now);
    }

    private @Nullable Service service(String name) {
        Service known = services.get(name);
        if (known == null && Frames.isServiceName(name) && services.size() < settings.maxServices()) {
            known = new Service(name, settings.dispatch() == Dispatch.SHARED || name.equals(SHARED_SERVICE));
            services.put(name, known);
        }
        return known;
    }

    private void disconnect(Identity worker) {
        send(worker, List.of(Frames.EMPTY, Frames.WORKER, Frames.DISCONNECT));
    }

    private boolean send(Identity to, List<byte[]> frames) {
        boolean sent = outlet.send(to, frames);
        if (!sent) {
            tally.undeliverable++;
        }
        return sent;
    }
}
