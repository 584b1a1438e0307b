package io.xy.gateway.zmqbridge.codec;

import io.vertx.core.json.Json;
import io.xy.gateway.shared.config.PickleConfig;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleException;
import io.xy.gateway.shared.pickle.PickleLimits;
import io.xy.gateway.shared.pickle.PickleReader;
import io.xy.gateway.shared.pickle.PickleWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the payloads of Python services: strictly in this process, and through helper processes what mentions
 * names that the strict reader does not know, or everything, as configured. Thread-safe; never waits. What was asked is
 * answered exactly once, either at once on the calling thread or later on a thread of the helper.
 */
public final class PayloadCodec {
    private final boolean all;
    private final PickleLimits limits;
    private final @Nullable HelperPool pool;

    /**
     * @param name of the helper's threads
     */
    public PayloadCodec(PickleConfig config, String name, int maxMessageBytes) {
        PickleLimits usual = PickleLimits.DEFAULT;
        int most = Math.max(1 << 20, maxMessageBytes * 2);
        this.all = config.codec() == PickleConfig.Codec.PYTHON;
        this.limits = new PickleLimits(usual.depth(), usual.nodes(), maxMessageBytes, most, usual.digits());
        this.pool = config.helper().enabled() ? new HelperPool(config.helper(), name, most) : null;
    }

    /** The answer of a service. */
    public void readReply(byte[] pickle, Consumer<Result<PickleReader.Reply>> then) {
        if (all) {
            help(HelperJob.Kind.REPLY, pickle, PayloadCodec::reply, then);
            return;
        }
        try {
            then.accept(Result.of(PickleReader.reply(pickle, limits)));
        } catch (PickleException e) {
            helpOrRefuse(HelperJob.Kind.REPLY, pickle, PayloadCodec::reply, then, e);
        }
    }

    /** Any value. */
    public void readValue(byte[] pickle, Consumer<Result<Payload>> then) {
        if (all) {
            help(HelperJob.Kind.VALUE, pickle, answer -> Payload.of(answer.content()), then);
            return;
        }
        try {
            then.accept(Result.of(PickleReader.toJson(pickle, limits)));
        } catch (PickleException e) {
            helpOrRefuse(HelperJob.Kind.VALUE, pickle, answer -> Payload.of(answer.content()), then, e);
        }
    }

    /**
     * A call.
     *
     * @param argsAndKwargs a two-element array of JSON
     */
    public void writeCall(String method, Payload argsAndKwargs, Consumer<Result<byte[]>> then) {
        try {
            // Written here in any case: what the strict writer refuses must not reach a service by another way.
            byte[] pickle = PickleWriter.call(method, argsAndKwargs);
            if (all) {
                help(HelperJob.Kind.CALL, call(method, argsAndKwargs), HelperAnswer::content, then);
            } else {
                then.accept(Result.of(pickle));
            }
        } catch (PickleException e) {
            then.accept(Result.refused(e.getMessage()));
        }
    }

    /** Null when there is no helper. */
    public @Nullable HelperCounts counts() {
        return pool == null ? null : pool.counts();
    }

    /** Takes up to two seconds when there is a helper, so not for an event loop. */
    public void close() {
        if (pool != null) {
            pool.close();
        }
    }

    private <T> void helpOrRefuse(
            HelperJob.Kind kind, byte[] pickle, Making<T> making, Consumer<Result<T>> then, PickleException refusal) {
        if (pool != null && refusal.isUnknownName()) {
            help(kind, pickle, making, then);
        } else {
            then.accept(Result.refused(refusal.getMessage()));
        }
    }

    private <T> void help(HelperJob.Kind kind, byte[] content, Making<T> making, Consumer<Result<T>> then) {
        HelperJob job = new HelperJob(
                kind,
                content,
                answer -> then.accept(
                        answer.isRefused() ? Result.refused(answer.reason()) : Result.of(making.of(answer))));
        if (pool == null || !pool.offer(job)) {
            then.accept(Result.refused("the helper takes no more"));
        }
    }

    /** The method in front of what the array holds; the strict writer has found it to be an array. */
    private static byte[] call(String method, Payload argsAndKwargs) {
        String array = argsAndKwargs.text().strip();
        return ('[' + Json.encode(method) + ',' + array.substring(1)).getBytes(StandardCharsets.UTF_8);
    }

    private static PickleReader.Reply reply(HelperAnswer answer) {
        return new PickleReader.Reply(answer.status() == 'T', Payload.of(answer.content()));
    }

    private interface Making<T> {
        T of(HelperAnswer answer);
    }

    /**
     * A value, or why there is none.
     *
     * @param value null when it was refused
     * @param refusal never repeats the content; empty when there is a value
     */
    public record Result<T>(@Nullable T value, String refusal) {
        static <T> Result<T> of(T value) {
            return new Result<>(value, "");
        }

        static <T> Result<T> refused(@Nullable String reason) {
            return new Result<>(null, reason == null ? "the message cannot be read" : reason);
        }
    }
}
