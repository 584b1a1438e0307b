package io.xy.gateway.shared.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML document as plain values that still know where they stand. All scalars are texts; meaning comes later. */
public final class YamlTree {
    /**
     * A value and its place. Exactly one of text, items and entries is not null.
     *
     * @param quoted whether the file has quotes around the text, or a block
     * @param unset the variable that is not set, so that its default stands here; null when there is none
     */
    public record Value(
            String where,
            @Nullable String text,
            boolean quoted,
            @Nullable String unset,
            @Nullable List<Value> items,
            @Nullable Map<String, Value> entries) {}

    private static final int MAX_FILE_BYTES = 4 << 20;

    /** Values in one file, with aliases expanded. */
    private static final int MAX_VALUES = 200_000;

    private static final int MAX_DEPTH = 50;
    private static final Pattern WITH_DEFAULT = Pattern.compile("\\$\\{([^:}]*):");

    private final String name;
    private final Reading reading;
    private int values;

    private YamlTree(String name, Reading reading) {
        this.name = name;
        this.reading = reading;
    }

    /** An empty mapping, for a file that is not there. */
    public static Value empty(String where) {
        return new Value(where, null, false, null, null, Map.of());
    }

    /** Reads one file; what is wrong with it goes to the reading, and the result is then an empty mapping. */
    public static Value read(Path file, String name, Reading reading) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                reading.problem(name, "", "is larger than " + MAX_FILE_BYTES + " bytes");
                return empty(name);
            }
            try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                return parse(text, name, reading);
            }
        } catch (IOException e) {
            reading.problem(name, "", "cannot be read: " + e.getMessage());
            return empty(name);
        }
    }

    static Value parse(Reader text, String name, Reading reading) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(50);
        options.setNestingDepthLimit(50);
        try {
            Node root = new Yaml(new SafeConstructor(options)).compose(text);
            return root == null ? empty(name) : new YamlTree(name, reading).convert(root, "", 0);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            reading.problem(mark == null ? name : at(name, mark), "", "is not YAML: " + e.getProblem());
        } catch (RuntimeException e) {
            reading.problem(name, "", "is not YAML: " + e.getMessage());
        }
        return empty(name);
    }

    private Value convert(Node node, String path, int depth) {
        String where = at(name, node.getStartMark());
        if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
            if (depth > MAX_DEPTH || values == MAX_VALUES + 1) {
                reading.problem(where, "", "is nested or repeated too much (does an alias contain itself?)");
            }
            return empty(where);
        }
        return switch (node) {
            case ScalarNode scalar ->
                new Value(
                        where,
                        expand(scalar.getValue(), where, path, reading),
                        !scalar.isPlain(),
                        unset(scalar.getValue(), reading),
                        null,
                        null);
            case SequenceNode sequence -> {
                List<Value> items = new ArrayList<>();
                for (Node item : sequence.getValue()) {
                    items.add(convert(item, path + '[' + items.size() + ']', depth + 1));
                }
                yield new Value(where, null, false, null, items, null);
            }
            case MappingNode mapping -> new Value(where, null, false, null, null, entries(mapping, path, depth));
            default -> {
                reading.problem(where, path, "is a kind of YAML node that is not used here");
                yield empty(where);
            }
        };
    }

    private Map<String, Value> entries(MappingNode mapping, String path, int depth) {
        Map<String, Value> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String where = at(name, tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                reading.problem(where, path, "has a key that is not a text");
                continue;
            }
            String below = path.isEmpty() ? key.getValue() : path + '.' + key.getValue();
            Value value = convert(tuple.getValueNode(), below, depth + 1);
            if (value.entries() != null) {
                // A mapping begins where its name stands, not at its first inner key.
                value = new Value(where, null, false, null, null, value.entries());
            }
            if (entries.put(key.getValue(), value) != null) {
                reading.problem(where, below, "is given twice");
            }
        }
        return entries;
    }

    private static String expand(String text, String where, String path, Reading reading) {
        int start = text.indexOf("${");
        if (start < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int position = 0;
        while (start >= 0) {
            int end = text.indexOf('}', start);
            if (end < 0) {
                reading.problem(where, path, "has ${ without a closing }");
                return text;
            }
            out.append(text, position, start).append(variable(text.substring(start + 2, end), where, path, reading));
            position = end + 1;
            start = text.indexOf("${", position);
        }
        return out.append(text.substring(position)).toString();
    }

    /** The first variable in the text whose default is used. */
    private static @Nullable String unset(String text, Reading reading) {
        Matcher variable = WITH_DEFAULT.matcher(text);
        while (variable.find()) {
            if (reading.variable(variable.group(1)) == null) {
                return variable.group(1);
            }
        }
        return null;
    }

    private static String variable(String expression, String where, String path, Reading reading) {
        int colon = expression.indexOf(':');
        String name = colon < 0 ? expression : expression.substring(0, colon);
        String value = reading.variable(name);
        if (value != null) {
            return value;
        }
        if (colon < 0) {
            reading.problem(
                    where,
                    path,
                    "needs the environment variable " + name + ", which is not set (or write ${" + name + ":default})");
            return "";
        }
        return expression.substring(colon + 1);
    }

    private static String at(String name, Mark mark) {
        return name + ':' + (mark.getLine() + 1) + ':' + (mark.getColumn() + 1);
    }
}
