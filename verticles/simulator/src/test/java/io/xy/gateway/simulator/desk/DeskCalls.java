package io.xy.gateway.simulator.desk;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleException;
import io.xy.gateway.shared.pickle.PickleLimits;
import io.xy.gateway.shared.pickle.PickleReader;
import io.xy.gateway.shared.pickle.PickleWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The mock desk with a clock in the test's hand, called by pickles as everybody calls it. */
final class DeskCalls {
    static final long START = 1_718_960_000_000L;

    final List<DeskEvent> events = new ArrayList<>();
    private final List<DeskService> services;
    private long now = START;

    DeskCalls() {
        services = Desk.services(new DeskClock(() -> now, 5_000, 5_000, 500), new SplittableRandom(7), events::add);
    }

    /** Lets time pass and the services notice it. */
    void pass(long millis) {
        now += millis;
        services.forEach(DeskService::advance);
    }

    JsonObject object(String service, String method, JsonArray positional, JsonObject named) {
        return (JsonObject) value(service, method, positional, named);
    }

    JsonObject object(String service, String method, Object... positional) {
        return object(service, method, new JsonArray(List.of(positional)), new JsonObject());
    }

    JsonArray array(String service, String method, Map<String, Object> named, Object... positional) {
        return (JsonArray) value(service, method, new JsonArray(List.of(positional)), new JsonObject(named));
    }

    Object value(String service, String method, JsonArray positional, JsonObject named) {
        PickleReader.Reply reply = reply(service, method, positional, named);
        if (!reply.ok()) {
            throw new AssertionError(reply.json().text());
        }
        return json(reply.json());
    }

    String failure(String service, String method, JsonArray positional, JsonObject named) {
        PickleReader.Reply reply = reply(service, method, positional, named);
        if (reply.ok()) {
            throw new AssertionError("answered " + reply.json().text());
        }
        return (String) json(reply.json());
    }

    List<String> subjects() {
        return events.stream().map(DeskEvent::subject).toList();
    }

    CallAnswer answer(String service) {
        return new CallAnswer(services.stream()
                .filter(each -> each.name().equals(service))
                .findFirst()
                .orElseThrow());
    }

    static PickleReader.Reply read(byte[] pickle) {
        try {
            return PickleReader.reply(pickle, PickleLimits.DEFAULT);
        } catch (PickleException e) {
            throw new AssertionError(e);
        }
    }

    private PickleReader.Reply reply(String service, String method, JsonArray positional, JsonObject named) {
        try {
            Payload arguments =
                    Payload.of(new JsonArray().add(positional).add(named).toBuffer());
            return read(answer(service).to(PickleWriter.call(method, arguments)));
        } catch (PickleException e) {
            throw new AssertionError(e);
        }
    }

    private static Object json(Payload payload) {
        return Json.decodeValue(payload.toBuffer());
    }
}
