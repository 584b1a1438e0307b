package io.xy.gateway.natsbridge.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Subjects and patterns with what hangs on them, by tokens.
 *
 * @param <T> what hangs on a pattern
 */
final class PatternTree<T> {
    private static final class Node<T> {
        final Map<String, Node<T>> children = new HashMap<>(4);
        /** What ends here. */
        final List<T> here = new ArrayList<>(1);
        /** What takes one or more tokens from here on. */
        final List<T> rest = new ArrayList<>(0);

        boolean isEmpty() {
            return children.isEmpty() && here.isEmpty() && rest.isEmpty();
        }
    }

    private final Node<T> root = new Node<>();

    void add(String pattern, T value) {
        String[] tokens = tokens(pattern);
        Node<T> node = root;
        for (String token : tokens) {
            if (token.equals(">")) {
                node.rest.add(value);
                return;
            }
            node = node.children.computeIfAbsent(token, key -> new Node<>());
        }
        node.here.add(value);
    }

    void remove(String pattern, T value) {
        remove(root, tokens(pattern), 0, value);
    }

    /** Visits everything whose pattern matches the subject. */
    void match(String subject, Consumer<T> visitor) {
        match(root, tokens(subject), 0, visitor);
    }

    /** One of those whose pattern matches the subject. */
    Optional<T> first(String subject) {
        List<T> found = new ArrayList<>(1);
        match(subject, found::add);
        return found.stream().findFirst();
    }

    /** Whether one pattern in the tree matches everything that the asked one matches. */
    boolean covers(String pattern) {
        return covers(root, tokens(pattern), 0);
    }

    private static <T> boolean remove(Node<T> node, String[] tokens, int at, T value) {
        if (at == tokens.length) {
            node.here.remove(value);
        } else if (tokens[at].equals(">")) {
            node.rest.remove(value);
        } else {
            Node<T> child = node.children.get(tokens[at]);
            if (child != null && remove(child, tokens, at + 1, value)) {
                node.children.remove(tokens[at]);
            }
        }
        return node.isEmpty();
    }

    private static <T> void match(Node<T> node, String[] tokens, int at, Consumer<T> visitor) {
        if (at == tokens.length) {
            node.here.forEach(visitor);
            return;
        }
        node.rest.forEach(visitor);
        Node<T> literal = node.children.get(tokens[at]);
        if (literal != null) {
            match(literal, tokens, at + 1, visitor);
        }
        Node<T> any = node.children.get("*");
        if (any != null) {
            match(any, tokens, at + 1, visitor);
        }
    }

    private static <T> boolean covers(@Nullable Node<T> node, String[] tokens, int at) {
        if (node == null) {
            return false;
        }
        if (at == tokens.length) {
            return !node.here.isEmpty();
        }
        if (!node.rest.isEmpty()) {
            return true;
        }
        String token = tokens[at];
        if (token.equals(">")) {
            return false;
        }
        boolean literal = !token.equals("*") && covers(node.children.get(token), tokens, at + 1);
        return literal || covers(node.children.get("*"), tokens, at + 1);
    }

    private static String[] tokens(String text) {
        return text.split("\\.", -1);
    }
}
