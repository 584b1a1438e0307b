package io.xy.gateway.cluster;

import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.config.LogConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The program: reads its first word and leaves with a code that tells what went wrong. Runs on the main thread. */
public final class GatewayMain {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int INVALID_CONFIGURATION = 2;
    static final int PORT_IN_USE = 3;
    static final int USAGE = 64;

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    GatewayMain(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    public static void main(String[] args) {
        GatewayMain program = new GatewayMain(System.out, System.err, System.getenv());
        String word = args.length == 0 ? "run" : args[0];
        List<String> rest = args.length == 0 ? List.of() : Arrays.asList(args).subList(1, args.length);
        if (word.equals("run")) {
            program.run(rest);
        } else {
            System.exit(program.execute(word, rest));
        }
    }

    /** Everything but {@code run}: ends by itself, with an exit code. */
    int execute(String word, List<String> args) {
        Logging.configure(Path.of("conf"), new LogConfig(LogConfig.Level.ERROR, LogConfig.Format.PRETTY));
        return switch (word) {
            case "check" -> new CheckCommand(out, err, environment).execute(args);
            case "health" -> new HealthCommand(out, err).execute(args);
            case "call" -> new CallCommand(out, err).execute(args);
            case "explain" -> new ExplainCommand(out, err, environment).execute(args);
            case "token" -> new TokenCommand(out, err, environment).execute(args);
            case "key" -> new KeyCommand(out, err, environment).execute(args);
            case "version" -> {
                out.println("xy-gateway " + Version.TEXT);
                yield OK;
            }
            default -> {
                err.println("unknown command '" + word
                        + "'; there are: run, check, health, call, explain, token, key, version");
                yield USAGE;
            }
        };
    }

    private void run(List<String> args) {
        Path directory = Path.of(args.isEmpty() ? "conf" : args.get(0));
        Start start;
        try {
            start = Start.read(directory, environment);
        } catch (InvalidConfiguration e) {
            printProblems(err, e);
            System.exit(INVALID_CONFIGURATION);
            return;
        }
        Logging.configure(directory, start.config().log());
        GatewayNode node = new GatewayNode(start.config(), start.routes());
        Stopper.install(node, out);
        try {
            node.start();
        } catch (PortInUse e) {
            err.println(e.getMessage());
            node.stop();
            System.exit(PORT_IN_USE);
        } catch (StartFailed e) {
            err.println(e.getMessage());
            node.stop();
            System.exit(FAILED);
        }
        announce(start.config(), node);
    }

    private void announce(GatewayConfig config, GatewayNode node) {
        out.println("xy-gateway " + Version.TEXT + "  node " + config.node().id() + "  profile "
                + config.node().profile().name().toLowerCase(Locale.ROOT));
        node.addresses().forEach(line -> out.println("  " + line));
        out.println("ready in " + node.readyMillis() + " ms");
        out.flush();
    }

    static void printProblems(PrintStream err, InvalidConfiguration e) {
        err.println("The configuration cannot be used:");
        e.problems().forEach(problem -> err.println("  " + problem));
        err.println(e.problems().size() == 1 ? "1 problem" : e.problems().size() + " problems");
    }
}
