package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.error.GatewayError;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a result becomes an answer.
 *
 * @param status of success
 * @param notFound text of the 404 that a null result becomes; empty when null is an answer
 * @param success name of the result's field that says whether the service did it; empty when there is none
 * @param data the desk's {@code data} member, or the whole body of a plain answer; null when there is none
 * @param members further members of the desk's envelope
 */
public record ReplyRule(
        Envelope envelope,
        int status,
        String notFound,
        String success,
        Refusal refusal,
        @Nullable Template data,
        Map<String, Template> members) {
    public enum Envelope {
        /** {@code {"success":true,"data":...}}. */
        DESK,
        /** The data alone. */
        PLAIN
    }

    /**
     * What a refusal by the service becomes.
     *
     * @param error unless the text is one of {@code notFound}
     * @param text name of the result's field with the reason
     * @param notFound reasons that mean 404
     * @param members further members of the failure
     */
    public record Refusal(GatewayError error, String text, List<String> notFound, Map<String, Template> members) {
        public Refusal {
            notFound = List.copyOf(notFound);
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }
    }

    public ReplyRule {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
}
