package io.xy.gateway.natsbridge.call;

import io.xy.gateway.natsbridge.link.LinkResult.Answered;

/** The words in which a NATS service said no, made fit for a caller's eyes. */
final class ServiceError {
    private static final int MAX_TEXT = 200;
    private static final int MAX_CODE = 32;

    private ServiceError() {}

    static String text(Answered answer) {
        String said = answer.error() == null ? "" : printable(answer.error(), MAX_TEXT);
        String code = printable(answer.errorCode(), MAX_CODE);
        String text = said.isEmpty() ? "The service failed" : said;
        return code.isEmpty() ? text : text + " (" + code + ")";
    }

    private static String printable(String text, int most) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length() && out.length() < most; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) ? ' ' : c);
        }
        return out.toString().strip();
    }
}
