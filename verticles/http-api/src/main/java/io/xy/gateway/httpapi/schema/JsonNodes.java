package io.xy.gateway.httpapi.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON trees of ours as the library wants them. Every number goes as a decimal, with which it reckons exactly. */
final class JsonNodes {
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private JsonNodes() {}

    static JsonNode of(@Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case String text -> NODES.textNode(text);
            case Boolean flag -> NODES.booleanNode(flag);
            case Integer number -> NODES.numberNode(BigDecimal.valueOf(number));
            case Long number -> NODES.numberNode(BigDecimal.valueOf(number));
            case BigInteger number -> NODES.numberNode(new BigDecimal(number));
            case BigDecimal number -> NODES.numberNode(number);
            case Map<?, ?> members -> object(members);
            case List<?> items -> array(items);
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        };
    }

    private static ObjectNode object(Map<?, ?> members) {
        ObjectNode node = NODES.objectNode();
        members.forEach((name, value) -> node.set(String.valueOf(name), of(value)));
        return node;
    }

    private static ArrayNode array(List<?> items) {
        ArrayNode node = NODES.arrayNode(items.size());
        items.forEach(item -> node.add(of(item)));
        return node;
    }
}
