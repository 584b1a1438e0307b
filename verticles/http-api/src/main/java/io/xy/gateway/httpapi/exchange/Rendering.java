package io.xy.gateway.httpapi.exchange;

import static io.xy.gateway.httpapi.json.JsonPath.ABSENT;

import io.xy.gateway.httpapi.json.JsonPath;
import io.xy.gateway.shared.config.route.Template;
import io.xy.gateway.shared.security.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns templates into values for one exchange. */
public final class Rendering {
    private final Exchange exchange;
    private int unique;

    public Rendering(Exchange exchange) {
        this.exchange = exchange;
    }

    /**
     * @param current what {@code $} stands for
     * @return {@link JsonPath#ABSENT} when the template refers to nothing
     */
    public @Nullable Object render(Template template, @Nullable Object current) {
        return switch (template) {
            case Template.Constant constant -> constant.value();
            case Template.Reference reference -> resolve(reference, current);
            case Template.Shape shape -> members(shape.members(), current);
            case Template.Sequence sequence -> items(sequence.items(), current);
            case Template.Each each -> each(each, current);
            case Template.Group group -> group(group, current);
            case Template.First first -> first(first, current);
        };
    }

    /** The members that are there. */
    public Map<String, @Nullable Object> members(Map<String, Template> templates, @Nullable Object current) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        templates.forEach((name, template) -> {
            Object value = render(template, current);
            if (value != ABSENT) {
                members.put(name, value);
            }
        });
        return members;
    }

    /** The items that are there. */
    public List<@Nullable Object> items(List<Template> templates, @Nullable Object current) {
        List<@Nullable Object> items = new ArrayList<>(templates.size());
        for (Template template : templates) {
            Object value = render(template, current);
            if (value != ABSENT) {
                items.add(value);
            }
        }
        return items;
    }

    private @Nullable Object each(Template.Each each, @Nullable Object current) {
        if (!(render(each.list(), current) instanceof List<?> list)) {
            return ABSENT;
        }
        List<@Nullable Object> items = new ArrayList<>(list.size());
        for (Object element : list) {
            Object value = render(each.as(), element);
            if (value != ABSENT) {
                items.add(value);
            }
        }
        return items;
    }

    private @Nullable Object group(Template.Group group, @Nullable Object current) {
        if (!(render(group.list(), current) instanceof List<?> list)) {
            return ABSENT;
        }
        Map<String, List<@Nullable Object>> groups = new LinkedHashMap<>();
        for (Object element : list) {
            String key =
                    resolve(group.by(), element) instanceof String text && !text.isEmpty() ? text : group.otherwise();
            List<@Nullable Object> members = groups.computeIfAbsent(key, absent -> new ArrayList<>());
            Object value = render(group.as(), element);
            if (value != ABSENT) {
                members.add(value);
            }
        }
        return groups;
    }

    private @Nullable Object first(Template.First first, @Nullable Object current) {
        for (Template choice : first.choices()) {
            Object value = render(choice, current);
            if (value != null && value != ABSENT) {
                return value;
            }
        }
        return ABSENT;
    }

    private @Nullable Object resolve(Template.Reference reference, @Nullable Object current) {
        return switch (reference.root()) {
            case CURRENT -> JsonPath.at(current, reference.steps());
            case PATH -> JsonPath.at(exchange.path(), reference.steps());
            case QUERY -> JsonPath.at(exchange.query(), reference.steps());
            case BODY -> JsonPath.at(exchange.bodyFields(), reference.steps());
            case PRINCIPAL -> principal(name(reference));
            case NOW -> now(name(reference));
            case REQUEST -> exchange.requestId();
            case UNIQUE -> name(reference) + '_' + exchange.startedAt() + '_' + unique++;
        };
    }

    private static String name(Template.Reference reference) {
        return reference.steps().isEmpty() ? "" : reference.steps().get(0).get(0);
    }

    private Object principal(String name) {
        Principal principal = exchange.principal();
        return switch (name) {
            case "id" -> principal.id();
            case "name" -> principal.name();
            case "role" -> principal.role();
            case "accounts" -> principal.accounts();
            case "permissions" -> principal.permissions();
            default -> ABSENT;
        };
    }

    private Object now(String name) {
        return name.equals("millis")
                ? exchange.startedAt()
                : Instant.ofEpochMilli(exchange.startedAt()).toString();
    }
}
