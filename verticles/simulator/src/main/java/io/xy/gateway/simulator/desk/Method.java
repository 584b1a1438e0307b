package io.xy.gateway.simulator.desk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One function of a service and how its arguments are bound: by position or by name, as in Python.
 *
 * @param parameters names in order; the first {@code required} of them must be given
 * @param body answers a value of JSON: text, number, boolean, null, {@link JsonObject} or {@link JsonArray}
 */
record Method(String name, List<String> parameters, int required, Function<Arguments, @Nullable Object> body) {
    Method {
        parameters = List.copyOf(parameters);
    }

    @Nullable
    Object call(JsonArray positional, JsonObject named) {
        return body.apply(bind(positional, named));
    }

    private Arguments bind(JsonArray positional, JsonObject named) {
        if (positional.size() > parameters.size()) {
            throw new Refusal(
                    "TypeError",
                    name + "() takes " + parameters.size() + " positional arguments but " + positional.size()
                            + " were given");
        }
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < positional.size(); i++) {
            put(values, parameters.get(i), positional.getValue(i));
        }
        for (String key : named.fieldNames()) {
            int place = parameters.indexOf(key);
            if (place < 0) {
                throw new Refusal("TypeError", name + "() got an unexpected keyword argument");
            }
            if (place < positional.size()) {
                throw new Refusal("TypeError", name + "() got multiple values for argument '" + key + "'");
            }
            put(values, key, named.getValue(key));
        }
        for (String parameter : parameters.subList(0, required)) {
            if (!values.containsKey(parameter)) {
                throw new Refusal("TypeError", name + "() missing required argument: '" + parameter + "'");
            }
        }
        return new Arguments(values);
    }

    /** None is what an absent optional argument has. */
    private static void put(Map<String, Object> values, String name, @Nullable Object value) {
        if (value != null) {
            values.put(name, value);
        }
    }
}
