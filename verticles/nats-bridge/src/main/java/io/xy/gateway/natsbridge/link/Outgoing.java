package io.xy.gateway.natsbridge.link;

import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import java.util.List;

/**
 * Something to be sent.
 *
 * @param number the sender's own, for the result
 * @param incarnation the connection that the sender counts on; on another one it is not sent
 * @param request whether an answer is expected
 * @param headers name, value, name, value; printable ASCII
 */
public record Outgoing(
        long number,
        long incarnation,
        String subject,
        boolean request,
        Payload payload,
        List<String> headers,
        Deadline deadline) {
    public Outgoing {
        headers = List.copyOf(headers);
    }
}
