package io.xy.gateway.natsbridge.link;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.xy.gateway.natsbridge.link.LinkEvent.Numbering;
import io.xy.gateway.natsbridge.link.LinkEvent.Received;
import io.xy.gateway.natsbridge.link.LinkResult.Answered;
import io.xy.gateway.shared.message.Payload;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the bridge reads from a NATS message; on the NATS threads, pure.
 *
 * <p>Two kinds of headers number the messages of a subject. A JetStream stream with {@code republish} adds {@code
 * Nats-Stream}, {@code Nats-Sequence}, {@code Nats-Last-Sequence} (the message before it on the same subject) and
 * {@code Nats-Time-Stamp}. A publisher may add {@code Xy-Epoch} (its incarnation, 1 to 64 printable characters), {@code
 * Xy-Sequence} (from 1, growing by one per subject) and {@code Xy-Time} (milliseconds since 1970). Without either, or
 * when one is malformed, the bridge numbers by receipt.
 */
final class MessageReader {
    /** Largest number that a browser holds exactly. */
    private static final long MAX_SEQUENCE = (1L << 53) - 1;

    private static final int MAX_EPOCH = 64;
    private static final int MAX_ERROR = 512;

    private MessageReader() {}

    static Received stream(long incarnation, Message message) {
        Headers headers = message.hasHeaders() ? message.getHeaders() : null;
        Numbering numbering = headers == null ? null : numbering(headers);
        long time = headers == null ? 0 : time(headers);
        return new Received(
                incarnation,
                message.getSubscription().getSubject(),
                message.getSubject(),
                numbering,
                time > 0 ? time : System.currentTimeMillis(),
                payload(message));
    }

    /**
     * @return null when it is not an answer to one of our requests
     */
    static @Nullable Answered answer(Message message) {
        String subject = message.getSubject();
        long number = number(subject.substring(subject.lastIndexOf('.') + 1));
        if (number < 0) {
            return null;
        }
        boolean nobody = message.isStatusMessage()
                && message.getStatus() != null
                && message.getStatus().isNoResponders();
        Headers headers = message.hasHeaders() ? message.getHeaders() : null;
        String error = headers == null ? null : headers.getFirst("Nats-Service-Error");
        String code = headers == null ? null : headers.getFirst("Nats-Service-Error-Code");
        if (error == null && code != null) {
            error = "";
        }
        return new Answered(number, nobody, limited(error), code == null ? "" : code, payload(message));
    }

    private static Payload payload(Message message) {
        byte[] data = message.getData();
        return data == null ? Payload.EMPTY : Payload.of(data);
    }

    private static @Nullable Numbering numbering(Headers headers) {
        String stream = headers.getFirst("Nats-Stream");
        if (stream != null) {
            long sequence = number(headers.getFirst("Nats-Sequence"));
            long previous = number(headers.getFirst("Nats-Last-Sequence"));
            boolean usable = sequence > 0 && previous >= 0 && previous < sequence && isEpoch(stream);
            return usable ? new Numbering("js:" + stream, sequence, previous) : null;
        }
        String epoch = headers.getFirst("Xy-Epoch");
        if (epoch == null || !isEpoch(epoch)) {
            return null;
        }
        long sequence = number(headers.getFirst("Xy-Sequence"));
        return sequence > 0 ? new Numbering("src:" + epoch, sequence, -1) : null;
    }

    private static boolean isEpoch(String text) {
        if (text.isEmpty() || text.length() > MAX_EPOCH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static long time(Headers headers) {
        String stored = headers.getFirst("Nats-Time-Stamp");
        if (stored != null) {
            try {
                return Instant.parse(stored).toEpochMilli();
            } catch (DateTimeException e) {
                return 0;
            }
        }
        return number(headers.getFirst("Xy-Time"));
    }

    /** The decimal number, -1 when there is none or it is out of range. */
    private static long number(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > 16) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value > MAX_SEQUENCE ? -1 : value;
    }

    private static @Nullable String limited(@Nullable String text) {
        return text == null || text.length() <= MAX_ERROR ? text : text.substring(0, MAX_ERROR);
    }
}
