package io.xy.gateway.shared.config;

import java.util.List;

/** How payloads of Python services are read and written. */
public record PickleConfig(Codec codec, HelperSettings helper) {
    public enum Codec {
        /** In this process, strictly; a helper, if there is one, reads what mentions names beyond the agreed ones. */
        JVM,
        /** Every payload goes through the helper. */
        PYTHON
    }

    /**
     * Python processes that read and write pickles.
     *
     * @param python the interpreter
     * @param script a script in place of ours; empty for ours
     * @param queue payloads that may wait
     * @param timeoutMillis a process that works longer on one payload is killed
     * @param memoryBytes address space of one process
     * @param allow names of classes that may be read, as {@code module.Name} or {@code module.*}; the words
     *     {@code numpy} and {@code pandas} stand for what these libraries write
     */
    public record HelperSettings(
            boolean enabled,
            String python,
            String script,
            int processes,
            int queue,
            long timeoutMillis,
            long memoryBytes,
            List<String> allow) {
        public HelperSettings {
            allow = List.copyOf(allow);
        }

        private static HelperSettings read(Section s, boolean needed) {
            HelperSettings helper = new HelperSettings(
                    s.flag("enabled", needed)
                            .env("PICKLE_HELPER", "ENABLE_PYTHON_SUBPROCESS")
                            .read("Run Python processes for pickles"),
                    s.text("python", "python3")
                            .env("PYTHON_PATH", "PYTHON_EXECUTABLE")
                            .read("The interpreter of the helper processes"),
                    s.text("script", "").env("PYTHON_SCRIPT_PATH").read("A script to run in place of the built-in one"),
                    s.integer("processes", 2)
                            .env("PICKLE_HELPER_PROCESSES")
                            .range(1, 64)
                            .readInt("Helper processes"),
                    s.integer("queue", 256)
                            .env("PICKLE_HELPER_QUEUE")
                            .range(1, 100_000)
                            .readInt("Payloads that may wait for a helper process"),
                    s.duration("timeout", 1_000)
                            .env("PICKLE_HELPER_TIMEOUT")
                            .range(10, 30_000)
                            .read("A process that works longer on one payload is killed and replaced"),
                    s.size("memory", 512L << 20)
                            .env("PICKLE_HELPER_MEMORY")
                            .range(32 << 20, 16L << 30)
                            .read("Address space of one helper process"),
                    s.texts("allow", List.of())
                            .env("PICKLE_HELPER_ALLOW")
                            .form(
                                    "numpy|pandas|[A-Za-z_][\\w]*(\\.[A-Za-z_]\\w*)*\\.([A-Za-z_]\\w*|\\*)",
                                    "names of classes")
                            .read("Classes that replies may mention: module.Name, module.*, numpy, pandas"));
            s.done();
            return helper;
        }
    }

    static PickleConfig read(Section s) {
        Codec codec = s.word("codec", Codec.JVM)
                .env("PICKLE_CODEC")
                .read("`jvm` reads strictly in this process; `python` sends every payload through the helper");
        PickleConfig config = new PickleConfig(codec, HelperSettings.read(s.section("helper"), codec == Codec.PYTHON));
        if (codec == Codec.PYTHON && !config.helper.enabled) {
            s.problem("helper", "must be enabled when the codec is python");
        }
        s.done();
        return config;
    }
}
