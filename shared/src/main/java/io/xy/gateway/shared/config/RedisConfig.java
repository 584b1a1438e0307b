package io.xy.gateway.shared.config;

/**
 * Redis, for shared state.
 *
 * @param url empty: not configured
 */
public record RedisConfig(String url) {
    static RedisConfig read(Section s) {
        String url = s.secret("url")
                .env("REDIS_URL")
                .form("(rediss?://.+)?", "a redis or rediss URL")
                .read("URL; empty: not configured, unless a host is given");
        String host =
                s.text("host", "").env("REDIS_HOST", "DATABASE__REDIS_HOST").read("Host, when no URL is given");
        int port = s.integer("port", 6379)
                .env("REDIS_PORT", "DATABASE__REDIS_PORT")
                .range(1, 65_535)
                .readInt("Port, when no URL is given");
        String password = s.secret("password")
                .env("REDIS_PASSWORD", "DATABASE__REDIS_PASSWORD")
                .read("Password, when no URL is given");
        s.done();
        if (!url.isEmpty() || host.isEmpty()) {
            return new RedisConfig(url);
        }
        return new RedisConfig("redis://" + (password.isEmpty() ? "" : ":" + password + "@") + host + ":" + port);
    }

    public boolean configured() {
        return !url.isEmpty();
    }

    /** Without its values: there are secrets among them. */
    @Override
    public String toString() {
        return "RedisConfig";
    }
}
