package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.config.Nearest;
import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.YamlTree.Value;
import io.xy.gateway.shared.config.route.Template.Root;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads templates and the references in them, and notes references to what cannot be there. */
final class TemplateReader {
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,17})\\.[0-9]{1,18}");
    private static final Pattern STEP = Pattern.compile("[A-Za-z0-9_-]+(\\|[A-Za-z0-9_-]+)*");
    private static final Set<String> PRINCIPAL = Set.of("id", "name", "role", "accounts", "permissions");
    private static final Set<String> NOW = Set.of("millis", "iso");

    private final Reading reading;
    private final Collection<String> path;
    private final Collection<String> query;
    private final Collection<String> body;
    private final boolean hasResult;

    /**
     * @param hasResult whether {@code $} stands for anything: not before the call
     */
    TemplateReader(Reading reading, RequestRule request, Collection<String> path, boolean hasResult) {
        this.reading = reading;
        this.path = path;
        this.query = request.query().keySet();
        this.body = request.bodyNames();
        this.hasResult = hasResult;
    }

    Template read(Value value, String at) {
        if (value.text() != null) {
            return scalar(value.text(), value.where(), at);
        }
        if (value.items() != null) {
            return new Template.Sequence(list(value.items(), at));
        }
        Map<String, Value> entries = value.entries() == null ? Map.of() : value.entries();
        if (entries.containsKey("each")) {
            return each(entries, value.where(), at);
        }
        if (entries.containsKey("group")) {
            return group(entries, value.where(), at);
        }
        if (entries.containsKey("first") && entries.size() == 1) {
            Value choices = entries.get("first");
            return new Template.First(
                    choices == null || choices.items() == null ? List.of() : list(choices.items(), at + ".first"));
        }
        return new Template.Shape(members(entries, at));
    }

    Map<String, Template> members(Map<String, Value> entries, String at) {
        Map<String, Template> members = new LinkedHashMap<>();
        entries.forEach((name, value) -> members.put(name, read(value, at + '.' + name)));
        return members;
    }

    List<Template> list(List<Value> values, String at) {
        List<Template> items = new ArrayList<>();
        for (Value value : values) {
            items.add(read(value, at + '[' + items.size() + ']'));
        }
        return items;
    }

    /** Steps of a path into a result: {@code results.account}, {@code id|account_id}. */
    List<List<String>> steps(String text, String where, String at) {
        List<List<String>> steps = new ArrayList<>();
        for (String step : text.split("\\.", -1)) {
            if (!STEP.matcher(step).matches()) {
                reading.problem(where, at, "is '" + text + "'; allowed: names with dots, alternatives with |");
                return List.of();
            }
            steps.add(Arrays.asList(step.split("\\|")));
        }
        return steps;
    }

    private Template each(Map<String, Value> entries, String where, String at) {
        allow(entries, Set.of("each", "as"), at);
        return new Template.Each(member(entries, "each", where, at), member(entries, "as", where, at));
    }

    private Template group(Map<String, Value> entries, String where, String at) {
        allow(entries, Set.of("group", "by", "otherwise", "as"), at);
        Template by = member(entries, "by", where, at);
        if (!(by instanceof Template.Reference reference)) {
            reading.problem(where, at + ".by", "must be a reference like $.portfolio_id");
            return new Template.Constant(null);
        }
        Value otherwise = entries.get("otherwise");
        String text = otherwise == null || otherwise.text() == null ? "" : otherwise.text();
        return new Template.Group(
                member(entries, "group", where, at), reference, text, member(entries, "as", where, at));
    }

    private Template member(Map<String, Value> entries, String key, String where, String at) {
        Value value = entries.get(key);
        if (value == null) {
            reading.problem(where, at, "needs '" + key + "'");
            return new Template.Constant(null);
        }
        return read(value, at + '.' + key);
    }

    private void allow(Map<String, Value> entries, Set<String> keys, String at) {
        entries.forEach((key, value) -> {
            if (!keys.contains(key)) {
                reading.problem(value.where(), at + '.' + key, "is not known here" + Nearest.hint(key, keys));
            }
        });
    }

    private Template scalar(String text, String where, String at) {
        if (text.startsWith("$$")) {
            return new Template.Constant(text.substring(1));
        }
        return text.startsWith("$") ? reference(text, where, at) : new Template.Constant(constant(text));
    }

    /** What a text without quotes stands for: a truth value, null, a number, or itself. */
    static @Nullable Object constant(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        if (text.equals("null")) {
            return null;
        }
        if (INTEGER.matcher(text).matches()) {
            return Long.valueOf(text);
        }
        return DECIMAL.matcher(text).matches() ? new BigDecimal(text) : text;
    }

    private Template reference(String text, String where, String at) {
        int dot = text.indexOf('.');
        String name = dot < 0 ? text.substring(1) : text.substring(1, dot);
        Root root = root(name);
        if (root == null) {
            reading.problem(where, at, "is '" + text + "'; $ may be followed by " + rootWords());
            return new Template.Constant(null);
        }
        List<List<String>> steps = dot < 0 ? List.of() : steps(text.substring(dot + 1), where, at);
        check(root, steps, text, where, at);
        return new Template.Reference(root, steps);
    }

    private void check(Root root, List<List<String>> steps, String text, String where, String at) {
        Collection<String> allowed =
                switch (root) {
                    case CURRENT, UNIQUE -> null;
                    case PATH -> path;
                    case QUERY -> query;
                    case BODY -> body;
                    case PRINCIPAL -> PRINCIPAL;
                    case NOW -> NOW;
                    case REQUEST -> Set.of("id");
                };
        if (root == Root.CURRENT && !hasResult) {
            reading.problem(where, at, "is '" + text + "', but there is no result before the call");
        }
        if (allowed == null || steps.isEmpty() && root == Root.BODY) {
            return;
        }
        for (String name : steps.isEmpty() ? List.of("") : steps.get(0)) {
            if (!allowed.contains(name)) {
                reading.problem(where, at, "is '" + text + "', which is not declared" + Nearest.hint(name, allowed));
            }
        }
    }

    private static @Nullable Root root(String name) {
        if (name.isEmpty()) {
            return Root.CURRENT;
        }
        for (Root root : Root.values()) {
            if (root != Root.CURRENT && root.name().toLowerCase(Locale.ROOT).equals(name)) {
                return root;
            }
        }
        return null;
    }

    private static String rootWords() {
        List<String> words = new ArrayList<>();
        for (Root root : Root.values()) {
            words.add(root == Root.CURRENT ? "." : root.name().toLowerCase(Locale.ROOT) + '.');
        }
        return String.join(", ", words);
    }
}
