package io.xy.gateway.simulator.desk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One of the desk's services: its functions by name, and what goes on in it as time passes. All of it belongs to the
 * one thread that serves it.
 */
public final class DeskService {
    private final String name;
    private final Map<String, Method> methods = new HashMap<>();
    private final Runnable onTime;

    /**
     * @param onTime looks at the clock again and again and does what is due
     */
    DeskService(String name, Runnable onTime) {
        this.name = name;
        this.onTime = onTime;
        with("ping", List.of(), 0, arguments -> "pong");
        with("get_health", List.of(), 0, arguments -> new JsonObject()
                .put("healthy", true)
                .put("message", name + " is running"));
    }

    public String name() {
        return name;
    }

    DeskService with(String method, List<String> parameters, int required, Function<Arguments, @Nullable Object> body) {
        methods.put(method, new Method(method, parameters, required, body));
        return this;
    }

    /** Lets time pass: progress is made and told. */
    public void advance() {
        onTime.run();
    }

    /**
     * The answer to one call.
     *
     * @throws Refusal when there is no such function, or the arguments do not fit
     */
    @Nullable
    Object call(String method, JsonArray positional, JsonObject named) {
        Method found = methods.get(method);
        if (found == null) {
            throw new Refusal("KeyError", "no such function in " + name);
        }
        return found.call(positional, named);
    }
}
