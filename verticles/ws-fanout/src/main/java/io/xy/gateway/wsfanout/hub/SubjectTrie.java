package io.xy.gateway.wsfanout.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Things filed under subjects or patterns, token by token. Serves both directions: which patterns match a subject, and
 * which subjects a pattern covers. Belongs to one event loop; all keys are well formed.
 */
public final class SubjectTrie<T> {
    private static final String ONE = "*";
    private static final String REST = ">";

    private static final class Node<T> {
        final Map<String, Node<T>> children = new HashMap<>(4);
        final List<T> items = new ArrayList<>(1);

        boolean isEmpty() {
            return children.isEmpty() && items.isEmpty();
        }
    }

    private final Node<T> root = new Node<>();

    public void add(String key, T item) {
        Node<T> node = root;
        for (String token : tokens(key)) {
            node = node.children.computeIfAbsent(token, absent -> new Node<>());
        }
        node.items.add(item);
    }

    public void remove(String key, T item) {
        remove(root, tokens(key), 0, item);
    }

    /** Calls with everything whose pattern matches the concrete subject. */
    public void match(String subject, Consumer<T> found) {
        match(root, tokens(subject), 0, found);
    }

    /** Calls with everything whose subject the pattern covers. */
    public void covered(String pattern, Consumer<T> found) {
        covered(root, tokens(pattern), 0, found);
    }

    private void remove(Node<T> node, String[] tokens, int at, T item) {
        if (at == tokens.length) {
            node.items.remove(item);
            return;
        }
        Node<T> child = node.children.get(tokens[at]);
        if (child != null) {
            remove(child, tokens, at + 1, item);
            if (child.isEmpty()) {
                node.children.remove(tokens[at]);
            }
        }
    }

    private void match(@Nullable Node<T> node, String[] tokens, int at, Consumer<T> found) {
        if (node == null) {
            return;
        }
        if (at == tokens.length) {
            node.items.forEach(found);
            return;
        }
        Node<T> rest = node.children.get(REST);
        if (rest != null) {
            rest.items.forEach(found);
        }
        match(node.children.get(ONE), tokens, at + 1, found);
        match(node.children.get(tokens[at]), tokens, at + 1, found);
    }

    private void covered(@Nullable Node<T> node, String[] tokens, int at, Consumer<T> found) {
        if (node == null) {
            return;
        }
        if (at == tokens.length) {
            node.items.forEach(found);
        } else if (tokens[at].equals(REST)) {
            node.children.values().forEach(child -> everything(child, found));
        } else if (tokens[at].equals(ONE)) {
            node.children.values().forEach(child -> covered(child, tokens, at + 1, found));
        } else {
            covered(node.children.get(tokens[at]), tokens, at + 1, found);
        }
    }

    private void everything(Node<T> node, Consumer<T> found) {
        node.items.forEach(found);
        node.children.values().forEach(child -> everything(child, found));
    }

    private static String[] tokens(String key) {
        int count = 1;
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) == '.') {
                count++;
            }
        }
        String[] tokens = new String[count];
        int start = 0;
        for (int i = 0; i < count - 1; i++) {
            int dot = key.indexOf('.', start);
            tokens[i] = key.substring(start, dot);
            start = dot + 1;
        }
        tokens[count - 1] = key.substring(start);
        return tokens;
    }
}
