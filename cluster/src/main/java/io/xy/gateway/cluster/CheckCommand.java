package io.xy.gateway.cluster;

import io.xy.gateway.shared.config.ForeignVariables;
import io.xy.gateway.shared.config.InvalidConfiguration;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code check [directory] [--online]}: reads the configuration as a start would, starts nothing. Online it also tries
 * everything that the configuration leads to, and ends with 1 when something is missing.
 */
final class CheckCommand {
    private static final String ONLINE = "--online";

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    CheckCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    int execute(List<String> args) {
        List<String> places = args.stream().filter(word -> !word.equals(ONLINE)).toList();
        if (places.size() > 1 || places.stream().anyMatch(word -> word.startsWith("-"))) {
            err.println("usage: check [directory] [--online]");
            return GatewayMain.USAGE;
        }
        Path directory = Path.of(places.isEmpty() ? "conf" : places.get(0));
        try {
            Start start = Start.read(directory, environment);
            ForeignVariables.notices(environment).forEach(notice -> out.println("notice: " + notice));
            out.println(directory + ": ok, " + start.routes().size() + " routes, "
                    + start.config().streams().rules().size() + " stream rules");
            return args.contains(ONLINE) && !new OnlineCheck(start).run(out) ? GatewayMain.FAILED : GatewayMain.OK;
        } catch (InvalidConfiguration e) {
            GatewayMain.printProblems(err, e);
            return GatewayMain.INVALID_CONFIGURATION;
        }
    }
}
