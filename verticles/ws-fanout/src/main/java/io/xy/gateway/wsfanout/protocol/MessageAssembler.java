package io.xy.gateway.wsfanout.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a client's data frames together, strictly: text must be UTF-8, an empty first fragment is part of its message,
 * the sum of fragments is bounded. Framing itself (masks, opcodes, order, single-frame size) is checked before, by the
 * decoder. The stock text handler replaces malformed bytes and forgets a message whose first fragment is empty.
 */
public final class MessageAssembler {
    private final int maxBytes;
    private final Consumer<byte[]> onText;
    private final @Nullable Consumer<byte[]> onBinary;
    private final Consumer<CloseCode> onViolation;
    private @Nullable Buffer parts;
    private boolean text;
    private boolean ended;

    /** Takes text only; binary data is a violation. */
    public MessageAssembler(int maxBytes, Consumer<byte[]> onText, Consumer<CloseCode> onViolation) {
        this(maxBytes, onText, null, onViolation);
    }

    /**
     * @param onBinary null when binary data is a violation
     */
    public MessageAssembler(
            int maxBytes,
            Consumer<byte[]> onText,
            @Nullable Consumer<byte[]> onBinary,
            Consumer<CloseCode> onViolation) {
        this.maxBytes = maxBytes;
        this.onText = onText;
        this.onBinary = onBinary;
        this.onViolation = onViolation;
    }

    public void onFrame(WebSocketFrame frame) {
        if (ended) {
            return;
        }
        switch (frame.type()) {
            case TEXT -> begin(true, frame);
            case CONTINUATION -> {
                if (parts != null) {
                    onData(parts, frame);
                }
            }
            case BINARY -> {
                if (onBinary == null) {
                    violated(CloseCode.PROTOCOL_ERROR);
                } else {
                    begin(false, frame);
                }
            }
            case CLOSE -> ended = true;
            default -> {
                // Pings and pongs are no data.
            }
        }
    }

    private void begin(boolean isText, WebSocketFrame frame) {
        text = isText;
        onData(Buffer.buffer(), frame);
    }

    private void onData(Buffer before, WebSocketFrame frame) {
        Buffer data = frame.binaryData();
        if (before.length() + data.length() > maxBytes) {
            violated(CloseCode.TOO_LARGE);
            return;
        }
        Buffer all = before.appendBuffer(data);
        if (!frame.isFinal()) {
            parts = all;
            return;
        }
        parts = null;
        byte[] bytes = all.getBytes();
        if (!text && onBinary != null) {
            onBinary.accept(bytes);
        } else if (Utf8.decode(bytes) == null) {
            violated(CloseCode.NOT_UTF8);
        } else {
            onText.accept(bytes);
        }
    }

    private void violated(CloseCode code) {
        ended = true;
        parts = null;
        onViolation.accept(code);
    }
}
