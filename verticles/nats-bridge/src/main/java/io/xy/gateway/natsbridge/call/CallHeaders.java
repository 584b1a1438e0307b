package io.xy.gateway.natsbridge.call;

import io.xy.gateway.shared.message.ServiceCall;
import java.util.ArrayList;
import java.util.List;

/**
 * What a service learns of a call besides its body: {@code x-request-id}, {@code x-user} and {@code
 * x-idempotency-key}, each only when it is known.
 */
final class CallHeaders {
    private static final int MAX_LENGTH = 256;

    private CallHeaders() {}

    static boolean usable(ServiceCall call) {
        return isPrintable(call.requestId()) && isPrintable(call.principal()) && isPrintable(call.idempotencyKey());
    }

    static List<String> of(ServiceCall call) {
        List<String> headers = new ArrayList<>(6);
        add(headers, "x-request-id", call.requestId());
        add(headers, "x-user", call.principal());
        add(headers, "x-idempotency-key", call.idempotencyKey());
        return headers;
    }

    private static void add(List<String> headers, String name, String value) {
        if (!value.isEmpty()) {
            headers.add(name);
            headers.add(value);
        }
    }

    private static boolean isPrintable(String text) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }
}
