package io.xy.gateway.httpapi.metrics;

/** What a caller shows to say who it is. */
public enum Credential {
    JWT("jwt"),
    API_KEY("api_key"),
    CERTIFICATE("mtls"),
    NONE("none");

    final String label;

    Credential(String label) {
        this.label = label;
    }

    /** Why a caller is not believed. */
    public enum Flaw {
        INVALID_TOKEN("invalid_token"),
        INVALID_KEY("invalid_key"),
        INVALID_CERTIFICATE("invalid_certificate"),
        MISSING("missing_credentials"),
        REVOKED("revoked");

        final String label;

        Flaw(String label) {
            this.label = label;
        }
    }
}
