package io.xy.gateway.httpapi.identity;

import io.vertx.core.Future;
import io.xy.gateway.httpapi.calls.ServiceCalls;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Asking;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.shared.config.route.RouteTarget.Identity;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.ServiceCall;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last stage of the session routes: login, validate, refresh, logout. Passwords are checked by the back end. */
public final class IdentityTarget implements Asking {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityTarget.class);
    private static final String SERVICE = "auth_service";

    private final Identity rule;
    private final SessionDesk desk;
    private final ServiceCalls calls;

    public IdentityTarget(Identity rule, SessionDesk desk, ServiceCalls calls) {
        this.rule = rule;
        this.desk = desk;
        this.calls = calls;
    }

    @Override
    public void run(Exchange exchange) {
        Failure refusal = refusal(exchange);
        if (refusal != null) {
            exchange.fail(refusal);
            return;
        }
        switch (rule.action()) {
            case LOGIN -> login(exchange);
            case VALIDATE -> validate(exchange);
            case REFRESH -> refresh(exchange);
            case LOGOUT -> logout(exchange);
        }
    }

    @Override
    public @Nullable Failure refusal(Exchange exchange) {
        boolean begins = rule.action() == Identity.Action.LOGIN || rule.action() == Identity.Action.REFRESH;
        return begins && !desk.issues()
                ? GatewayError.NOT_FOUND.notExecuted("Sessions are not begun here: tokens come from their issuer")
                : null;
    }

    @Override
    public Map<String, @Nullable Object> plan(Exchange exchange) {
        return Map.of("target", "sessions", "action", rule.action().name().toLowerCase(Locale.ROOT));
    }

    @Override
    public String setting() {
        return "the gateway's own sessions";
    }

    private void login(Exchange exchange) {
        String name = String.valueOf(exchange.bodyFields().get("username"));
        String account = "name " + name.toLowerCase(Locale.ROOT);
        String address = "address " + exchange.origin().peer();
        long wait = desk.logins().attempt(address, rule.wrongPerAddress(), rule.windowMillis());
        if (wait == 0) {
            wait = desk.logins().attempt(account, rule.wrongPerAccount(), rule.windowMillis());
        }
        if (wait > 0) {
            exchange.fail(GatewayError.RATE_LIMITED
                    .notExecuted("Too many wrong logins")
                    .after(wait));
            return;
        }
        Object password = exchange.bodyFields().get("password");
        ask(exchange, "authenticate", List.of(), Map.of("username", name, "password", String.valueOf(password)))
                .onSuccess(reply -> onAuthenticated(exchange, reply.body(), name, account, address))
                .onFailure(e -> {
                    desk.logins().forgive(account);
                    desk.logins().forgive(address);
                    exchange.fail(GatewayException.failureOf(e));
                });
    }

    private void onAuthenticated(Exchange exchange, Payload body, String name, String account, String address) {
        Map<?, ?> reply;
        try {
            reply = JsonText.read(body.array()) instanceof Map<?, ?> members ? members : Map.of();
        } catch (IOException e) {
            exchange.fail(GatewayError.BAD_REPLY.notExecuted("The service's answer is not JSON"));
            return;
        }
        if (!Boolean.TRUE.equals(reply.get("success"))) {
            exchange.fail(GatewayError.UNAUTHORIZED.notExecuted("Invalid username or password"));
            return;
        }
        desk.logins().forgive(account);
        desk.logins().forgive(address);
        desk.start(reply, name)
                .onSuccess(started -> exchange.answer(started(exchange, started)))
                .onFailure(e -> exchange.fail(GatewayException.failureOf(e)));
    }

    private void validate(Exchange exchange) {
        answer(exchange, Map.of("data", Map.of("user", desk.user(exchange.principal(), "", exchange.startedAt()))));
    }

    private void refresh(Exchange exchange) {
        desk.refresh(String.valueOf(exchange.bodyFields().get("refreshToken")))
                .onSuccess(refreshed -> onRefreshed(exchange, refreshed))
                .onFailure(e -> exchange.fail(GatewayException.failureOf(e)));
    }

    private void onRefreshed(Exchange exchange, Sessions.Refreshed refreshed) {
        if (!refreshed.ended().isEmpty()) {
            LOG.warn("a refresh token of session {} came twice; the session is ended", refreshed.ended());
        }
        Sessions.Started started = refreshed.started();
        if (started == null) {
            exchange.fail(GatewayError.UNAUTHORIZED.notExecuted("Invalid refresh token"));
        } else {
            exchange.answer(started(exchange, started));
        }
    }

    private void logout(Exchange exchange) {
        ask(exchange, "logout", List.of(exchange.principal().id()), Map.of())
                .onFailure(e -> LOG.debug("the back end was not told of a logout: {}", e.getMessage()));
        desk.end(exchange.principal().session()).onSuccess(ended -> answer(exchange, Map.of()));
    }

    private Answer started(Exchange exchange, Sessions.Started started) {
        return Answer.json(200, JsonText.write(desk.answer(started, exchange.startedAt())));
    }

    private void answer(Exchange exchange, Map<String, @Nullable Object> members) {
        exchange.answer(Answer.json(200, JsonText.write(desk.envelope(members, exchange.startedAt()))));
    }

    private Future<CallReply> ask(Exchange exchange, String method, List<Object> args, Map<String, Object> kwargs) {
        ServiceCall call = new ServiceCall(
                exchange.requestId(),
                SERVICE,
                method,
                Payload.of(JsonText.write(Arrays.asList(args, kwargs))),
                Effect.READ,
                exchange.principal().id(),
                "",
                exchange.deadline());
        return calls.call(ServiceCalls.Bridge.ZMQ, call);
    }
}
