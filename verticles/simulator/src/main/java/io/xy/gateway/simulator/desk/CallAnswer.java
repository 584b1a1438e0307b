package io.xy.gateway.simulator.desk;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleException;
import io.xy.gateway.shared.pickle.PickleLimits;
import io.xy.gateway.shared.pickle.PickleReader;
import io.xy.gateway.shared.pickle.PickleWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pickled calls in, pickled answers out, as the desk's worker gives them: {@code [True, result]} or {@code [False, text]}. */
public final class CallAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(CallAnswer.class);

    private final DeskService service;

    public CallAnswer(DeskService service) {
        this.service = service;
    }

    /** Never throws: what cannot be read or done is answered with a text that looks like a Python traceback. */
    public byte[] to(byte[] pickle) {
        try {
            Payload json = PickleReader.toJson(pickle, PickleLimits.DEFAULT);
            return PickleWriter.reply(true, Payload.of(Json.encodeToBuffer(call(json))));
        } catch (Refusal e) {
            return failure(String.valueOf(e.getMessage()));
        } catch (PickleException | DecodeException e) {
            return failure("UnpicklingError: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{}: a call failed", service.name(), e);
            return failure("RuntimeError: the service failed");
        }
    }

    private @Nullable Object call(Payload json) {
        if (Json.decodeValue(json.toBuffer()) instanceof JsonArray call
                && call.size() == 3
                && call.getValue(0) instanceof String name
                && call.getValue(1) instanceof JsonArray positional
                && call.getValue(2) instanceof JsonObject named) {
            return service.call(name, positional, named);
        }
        throw new Refusal("ValueError", "a call has a name, positional and keyword arguments");
    }

    private byte[] failure(String lastLine) {
        String text = "Traceback (most recent call last):\n  File \"" + service.name() + ".py\", in serve\n" + lastLine;
        try {
            return PickleWriter.reply(false, Payload.utf8(Json.encode(text)));
        } catch (PickleException e) {
            throw new IllegalStateException("a plain text can always be pickled", e);
        }
    }
}
