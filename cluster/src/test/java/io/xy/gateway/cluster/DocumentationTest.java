package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.bus.Address;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.ForeignVariables;
import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.Setting;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.zmqbridge.client.CallFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The README's tables are made from the code. {@code -Dxy.write=true} writes them; without it a table that is not what
 * the code says fails.
 */
@Tag("C1")
@Tag("C7")
class DocumentationTest {
    private static final Path README = Node.ROOT.resolve("README.md");

    @Test
    void theContractTableIsWhatTheCodeSays() throws IOException {
        List<String> rows = new ArrayList<>(List.of(
                "| address | pattern | message → reply | sender → receiver | scope | bound | promise |",
                "| --- | --- | --- | --- | --- | --- | --- |"));
        for (Address<?, ?> address : Contract.ALL) {
            String key = address.key().isEmpty() ? "" : ".<" + address.key() + ">";
            String reply = address.reply() == Void.class
                    ? ""
                    : " → `" + address.reply().getSimpleName() + "`";
            rows.add("| `" + address.name() + key + "` | " + lower(address.pattern()) + " | `"
                    + address.message().getSimpleName() + "`" + reply + " | " + address.sender() + " → "
                    + address.receiver() + " | " + lower(address.scope()) + " | " + address.bound() + " | "
                    + address.promise() + " |");
        }
        compare("contract", rows);
    }

    @Test
    void theConfigurationTableIsWhatTheCodeSays() throws IOException {
        Reading reading = new Reading(Map.of());
        ConfigLoader.read(Node.ROOT.resolve("conf/env"), reading);
        Map<String, Setting> settings = new LinkedHashMap<>();
        reading.settings().forEach(setting -> settings.putIfAbsent(setting.path(), setting));
        List<String> rows = new ArrayList<>(
                List.of("| setting | default | allowed | environment | meaning |", "| --- | --- | --- | --- | --- |"));
        for (Setting setting : settings.values()) {
            String fallback = setting.path().equals("node.id") ? "generated" : setting.fallback();
            rows.add("| `" + setting.path() + "` | " + code(fallback) + " | " + setting.allowed() + " | "
                    + String.join(
                            ", ",
                            setting.environment().stream()
                                    .map(name -> "`" + name + "`")
                                    .toList()) + " | "
                    + setting.description().replace("|", "\\|") + " |");
        }
        compare("configuration", rows);
    }

    @Test
    void theTableOfVariablesWithoutEffectIsWhatTheCodeSays() throws IOException {
        List<String> rows = new ArrayList<>(List.of("| variables | why |", "| --- | --- |"));
        ForeignVariables.GROUPS.forEach(group -> rows.add("| " + group.names() + " | " + group.reason() + " |"));
        compare("variables without effect", rows);
    }

    @Test
    void theErrorTableIsWhatTheCodeSays() throws IOException {
        List<String> rows = new ArrayList<>(List.of(
                "| code | HTTP status | WebSocket close code | repeat can help | meaning |",
                "| --- | --- | --- | --- | --- |"));
        for (GatewayError error : GatewayError.values()) {
            rows.add("| `" + error.code() + "` | " + error.status() + " | " + error.closeCode() + " | "
                    + (error.retry() ? "yes" : "no") + " | " + error.title() + " |");
        }
        compare("errors", rows);
    }

    @Test
    @Tag("Z6")
    void theTableOfFailedCallsIsWhatTheCodeSays() throws IOException {
        List<String> rows = new ArrayList<>(
                List.of("| what happens | code | HTTP status | outcome |", "| --- | --- | --- | --- |"));
        for (CallFailure failure : CallFailure.values()) {
            rows.add("| " + failure.cause() + " | `" + failure.error().code() + "` | "
                    + failure.error().status() + " | " + failure.outcome().word() + " |");
        }
        compare("call failures", rows);
    }

    private static void compare(String name, List<String> rows) throws IOException {
        String text = Files.readString(README);
        String begin = "<!-- " + name + ": made from the code -->\n";
        String end = "\n<!-- /" + name + " -->";
        assertThat(text).contains(begin, end);
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end);
        String wanted = String.join("\n", rows);
        if (Boolean.getBoolean("xy.write")) {
            Files.writeString(README, text.substring(0, from) + wanted + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to))
                .as("README table '%s'; renew it with -Dxy.write=true", name)
                .isEqualTo(wanted);
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }
}
