package io.xy.gateway.cluster;

/** Somebody else listens where this node should; the message names the port and the setting. */
final class PortInUse extends Exception {
    private static final long serialVersionUID = 1;

    PortInUse(String what, int port, String setting) {
        super("port " + port + " (" + what + ") is in use; stop the other program or set " + setting);
    }
}
