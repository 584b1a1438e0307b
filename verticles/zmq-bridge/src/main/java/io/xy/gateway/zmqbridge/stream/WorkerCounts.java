package io.xy.gateway.zmqbridge.stream;

/**
 * The gateway as a worker.
 *
 * @param links brokers that it registers itself with
 * @param up those that have answered and are heard
 * @param losses times that one was lost
 * @param requests that were answered
 */
public record WorkerCounts(int links, int up, long losses, long requests) {
    static final WorkerCounts NONE = new WorkerCounts(0, 0, 0, 0);
}
