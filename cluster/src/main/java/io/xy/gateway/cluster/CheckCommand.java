package io.xy.gateway.cluster;

import io.xy.gateway.shared.config.InvalidConfiguration;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code check [directory]}: reads the configuration as a start would, starts nothing. */
final class CheckCommand {
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    CheckCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    int execute(List<String> args) {
        if (args.size() > 1) {
            err.println("usage: check [directory]");
            return GatewayMain.USAGE;
        }
        Path directory = Path.of(args.isEmpty() ? "conf" : args.get(0));
        try {
            Start start = Start.read(directory, environment);
            out.println(directory + ": ok, " + start.routes().size() + " routes, "
                    + start.config().streams().rules().size() + " stream rules");
            return GatewayMain.OK;
        } catch (InvalidConfiguration e) {
            GatewayMain.printProblems(err, e);
            return GatewayMain.INVALID_CONFIGURATION;
        }
    }
}
