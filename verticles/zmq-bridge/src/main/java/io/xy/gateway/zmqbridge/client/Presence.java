package io.xy.gateway.zmqbridge.client;

/** What a broker last said about a service, through {@code mmi.service}. */
enum Presence {
    /** Not asked, or too long ago. */
    UNKNOWN,
    PRESENT,
    ABSENT
}
