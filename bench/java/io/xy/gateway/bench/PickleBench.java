package io.xy.gateway.bench;

import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleLimits;
import io.xy.gateway.shared.pickle.PickleReader;
import io.xy.gateway.shared.pickle.PickleWriter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import net.razorvine.pickle.Pickler;
import net.razorvine.pickle.Unpickler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Our pickle reader and writer next to the known library, on the reply of the account list and a call of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickleBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private byte[] reply;
    private Payload arguments;
    private Object[] call;

    @Setup
    public void read() throws Exception {
        reply = Files.readAllBytes(Path.of(System.getProperty("reply")));
        arguments = Payload.of("[[\"account1\"],{\"limit\":100,\"offset\":0}]".getBytes("UTF-8"));
        call = new Object[] {"get_accounts", new Object[] {"account1"}, java.util.Map.of("limit", 100, "offset", 0)};
    }

    @Benchmark
    public Object ourRead() throws Exception {
        return PickleReader.reply(reply, PickleLimits.DEFAULT).json();
    }

    @Benchmark
    public Object theirRead() throws Exception {
        return JSON.writeValueAsBytes(((java.util.List<?>) new Unpickler().loads(reply)).get(1));
    }

    @Benchmark
    public Object ourWrite() throws Exception {
        return PickleWriter.call("get_accounts", arguments);
    }

    @Benchmark
    public Object theirWrite() throws Exception {
        return new Pickler(false).dumps(call);
    }
}
