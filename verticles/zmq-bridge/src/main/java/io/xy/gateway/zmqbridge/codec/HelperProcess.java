package io.xy.gateway.zmqbridge.codec;

import io.xy.gateway.shared.config.PickleConfig;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One Python process with the pipes to it. Belongs to one thread of the pool; another thread may only {@link #kill} it.
 */
final class HelperProcess {
    private static final long IMPORT_MILLIS = 15_000;

    private final Process process;
    private final DataOutputStream to;
    private final DataInputStream from;
    private final int most;
    private final long timeoutMillis;
    private long startMillis;

    /**
     * @param most bytes of one answer
     */
    HelperProcess(PickleConfig.HelperSettings config, String script, int most) throws IOException {
        List<String> command = new ArrayList<>(List.of(config.python(), "-I", script));
        command.addAll(List.of("--memory", String.valueOf(config.memoryBytes()), "--most", String.valueOf(most)));
        for (String name : config.allow()) {
            command.addAll(List.of("--allow", name));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
        // Nothing of ours is for it to know; a pickle that gets out of hand finds no secret there.
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH", "LANG", "LC_ALL"));
        this.process = builder.start();
        this.to = new DataOutputStream(process.getOutputStream());
        this.from = new DataInputStream(process.getInputStream());
        this.most = most;
        this.timeoutMillis = config.timeoutMillis();
        boolean imports = config.allow().contains("numpy") || config.allow().contains("pandas");
        this.startMillis = imports ? IMPORT_MILLIS : 0;
    }

    /** How long the next payload may take: the first one waits until the libraries are there. */
    long limitMillis() {
        long limit = timeoutMillis + startMillis;
        startMillis = 0;
        return limit;
    }

    /** Waits for the answer. */
    HelperAnswer ask(HelperJob job) throws IOException {
        to.writeInt(job.content().length);
        to.write(job.kind().letter);
        to.write(job.content());
        to.flush();
        int length = from.readInt();
        char status = (char) from.readUnsignedByte();
        if (length < 0 || length > most) {
            throw new IOException("an answer of impossible length");
        }
        byte[] content = from.readNBytes(length);
        if (content.length < length) {
            throw new IOException("half an answer");
        }
        return new HelperAnswer(status, content);
    }

    /** Ends it; any thread may. */
    void kill() {
        process.destroyForcibly();
    }

    /** Ends it and waits a moment until it is gone. */
    void end() {
        kill();
        try {
            process.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
