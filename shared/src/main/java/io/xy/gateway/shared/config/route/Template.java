package io.xy.gateway.shared.config.route;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON with references: how calls and answers are built. A reference to something absent is absent itself, and what is
 * absent is left out of objects and lists.
 */
public sealed interface Template {
    /** Where a reference starts. */
    enum Root {
        /** {@code $}: the result, or the element within {@code each}. */
        CURRENT,
        PATH,
        QUERY,
        BODY,
        /** {@code $principal.id}, name, role, accounts. */
        PRINCIPAL,
        /** {@code $now.millis} or {@code $now.iso}: the time of the request. */
        NOW,
        /** {@code $request.id}. */
        REQUEST,
        /** {@code $unique.inst}: {@code inst_<milliseconds>_<number>}, another number each time. */
        UNIQUE
    }

    /** Text, number, truth value, or null for JSON's null. */
    record Constant(@Nullable Object value) implements Template {}

    /**
     * {@code $.id|account_id}: per step the names to try, the first that is there counts.
     */
    record Reference(Root root, List<List<String>> steps) implements Template {
        public Reference {
            steps = List.copyOf(steps);
        }

        /** Whether this is the whole current value. */
        public boolean isWhole() {
            return root == Root.CURRENT && steps.isEmpty();
        }
    }

    /** An object. */
    record Shape(Map<String, Template> members) implements Template {
        public Shape {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }
    }

    /** A list of fixed length. */
    record Sequence(List<Template> items) implements Template {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** {@code {each: list, as: template}}: one element per element of the list. */
    record Each(Template list, Template as) implements Template {}

    /** {@code {group: list, by: reference, otherwise: text, as: template}}: an object of lists. */
    record Group(Template list, Reference by, String otherwise, Template as) implements Template {}

    /** {@code {first: [template, ...]}}: the first that is there and not null. */
    record First(List<Template> choices) implements Template {
        public First {
            choices = List.copyOf(choices);
        }
    }
}
