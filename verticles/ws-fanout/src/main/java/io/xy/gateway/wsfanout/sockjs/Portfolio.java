package io.xy.gateway.wsfanout.sockjs;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Payload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which algorithms a portfolio has, in the answer of the desk's route {@code algorithms.by-portfolio}. Stateless. */
final class Portfolio {
    private Portfolio() {}

    /** Ids, none for a portfolio that is not in the answer; null when the answer is not the route's. */
    static @Nullable List<String> algorithms(Payload answer, String portfolio) {
        JsonObject said;
        try {
            said = new JsonObject(answer.text());
        } catch (DecodeException e) {
            return null;
        }
        if (!(said.getValue("data") instanceof JsonObject portfolios)) {
            return null;
        }
        List<String> ids = new ArrayList<>();
        if (portfolios.getValue(portfolio) instanceof JsonArray algorithms) {
            for (Object each : algorithms) {
                if (each instanceof JsonObject algorithm
                        && algorithm.getValue("id") instanceof String id
                        && !id.isEmpty()) {
                    ids.add(id);
                }
            }
        }
        return ids;
    }
}
