package io.xy.gateway.natsbridge.stream;

import io.xy.gateway.shared.security.Subjects;

/** Which subjects may be streams, publications and requests: everything but the machinery of NATS itself. */
public final class StreamSubjects {
    private StreamSubjects() {}

    /** A concrete subject that is nobody's inbox and no API of the server. */
    public static boolean isStream(String subject) {
        return !isReserved(subject) && Subjects.isSubject(subject);
    }

    /** A subject or pattern that may be subscribed; what it matches is checked again on receipt. */
    public static boolean isPattern(String pattern) {
        return !isReserved(pattern) && Subjects.isPattern(pattern);
    }

    private static boolean isReserved(String text) {
        return text.startsWith("$") || text.startsWith("_INBOX.") || text.equals("_INBOX");
    }
}
