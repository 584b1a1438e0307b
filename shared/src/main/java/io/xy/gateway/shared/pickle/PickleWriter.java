package io.xy.gateway.shared.pickle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.xy.gateway.shared.message.Payload;
import java.io.IOException;
import java.util.Arrays;

/**
 * JSON as pickle of protocol 4, byte for byte as CPython writes it. Thread-safe.
 *
 * <p>The JSON is walked twice: first to count the members of each container, which pickle wants to know before the
 * first one, then to write. No tree is built.
 */
public final class PickleWriter {
    private static final int DEPTH = 64;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxNumberLength(PickleLimits.DEFAULT.digits())
                    .build())
            .build();

    private PickleWriter() {}

    /** One value. Refuses what Python could not read back the same: lone surrogates, numbers beyond a double. */
    public static byte[] fromJson(Payload json) throws PickleException {
        PickleOutput out = new PickleOutput(json.length() + 64);
        append(out, json);
        return out.finish();
    }

    /**
     * The call {@code [method, args, kwargs]}.
     *
     * @param argsAndKwargs a two-element array: the positional arguments, and an object of the keyword arguments. The
     *     positional ones are written as a tuple, which is what the Python client of the desk does
     */
    public static byte[] call(String method, Payload argsAndKwargs) throws PickleException {
        PickleOutput out = new PickleOutput(argsAndKwargs.length() + method.length() + 64);
        out.emptyList();
        out.mark();
        out.text(method);
        try (JsonParser parser = parser(argsAndKwargs)) {
            int[] counts = count(argsAndKwargs);
            if (counts.length < 3 || counts[0] != 2 || parser.nextToken() != JsonToken.START_ARRAY) {
                throw notACall();
            }
            Walk walk = new Walk(parser, out, counts, 1);
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw notACall();
            }
            walk.tuple();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw notACall();
            }
            walk.value();
        } catch (IOException e) {
            throw unreadable();
        }
        out.appends();
        return out.finish();
    }

    /** The answer {@code [ok, value]}. */
    public static byte[] reply(boolean ok, Payload json) throws PickleException {
        PickleOutput out = new PickleOutput(json.length() + 64);
        out.emptyList();
        out.mark();
        out.flag(ok);
        append(out, json);
        out.appends();
        return out.finish();
    }

    private static void append(PickleOutput out, Payload json) throws PickleException {
        try (JsonParser parser = parser(json)) {
            int[] counts = count(json);
            parser.nextToken();
            new Walk(parser, out, counts, 0).value();
        } catch (IOException e) {
            throw unreadable();
        }
    }

    private static JsonParser parser(Payload json) throws IOException {
        return JSON.createParser(json.array());
    }

    /** The number of members of each container, in the order in which the containers begin. */
    private static int[] count(Payload json) throws IOException, PickleException {
        int[] counts = new int[16];
        int[] path = new int[DEPTH + 1];
        int containers = 0;
        int depth = 0;
        int values = 0;
        try (JsonParser parser = parser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    continue;
                }
                if (token.isStructEnd()) {
                    depth--;
                    continue;
                }
                if (depth == 0 && ++values > 1) {
                    throw new PickleException("the JSON holds more than one value");
                }
                if (depth > 0) {
                    counts[path[depth]]++;
                }
                if (token.isStructStart()) {
                    counts = containers == counts.length ? Arrays.copyOf(counts, containers * 2) : counts;
                    path[++depth] = containers++;
                }
            }
        }
        if (values == 0) {
            throw unreadable();
        }
        return Arrays.copyOf(counts, containers);
    }

    private static PickleException notACall() {
        return new PickleException("a call is an array of positional arguments and an object of keyword arguments");
    }

    private static PickleException unreadable() {
        return new PickleException("the JSON cannot be read");
    }

    /** The second walk. The parser stands on the first token of the value that is to be written. */
    private static final class Walk {
        private final JsonParser parser;
        private final PickleOutput out;
        private final int[] counts;
        private int container;

        Walk(JsonParser parser, PickleOutput out, int[] counts, int container) {
            this.parser = parser;
            this.out = out;
            this.counts = counts;
            this.container = container;
        }

        void value() throws IOException, PickleException {
            JsonToken token = parser.currentToken();
            switch (token) {
                case START_OBJECT -> object();
                case START_ARRAY -> array();
                case VALUE_STRING -> out.text(parser.getText());
                case VALUE_NUMBER_INT -> integer();
                case VALUE_NUMBER_FLOAT -> out.real(parser.getDoubleValue());
                case VALUE_TRUE -> out.flag(true);
                case VALUE_FALSE -> out.flag(false);
                case VALUE_NULL -> out.none();
                default -> throw unreadable();
            }
        }

        void tuple() throws IOException, PickleException {
            int size = counts[container++];
            out.boundary();
            if (size > 3) {
                out.mark();
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                value();
            }
            out.tuple(size);
        }

        private void array() throws IOException, PickleException {
            int left = counts[container++];
            out.emptyList();
            if (left == 1) {
                parser.nextToken();
                value();
                out.append();
                left = 0;
            }
            while (left > 0) {
                int batch = Math.min(left, PickleOutput.BATCH);
                out.mark();
                for (int i = 0; i < batch; i++) {
                    parser.nextToken();
                    value();
                }
                out.appends();
                left -= batch;
            }
            parser.nextToken();
        }

        private void object() throws IOException, PickleException {
            int left = counts[container++];
            out.emptyDict();
            if (left == 1) {
                member();
                out.setItem();
                left = 0;
            }
            while (left > 0) {
                int batch = Math.min(left, PickleOutput.BATCH);
                out.mark();
                for (int i = 0; i < batch; i++) {
                    member();
                }
                out.setItems();
                left -= batch;
            }
            parser.nextToken();
        }

        private void member() throws IOException, PickleException {
            parser.nextToken();
            out.text(parser.currentName());
            parser.nextToken();
            value();
        }

        private void integer() throws IOException {
            switch (parser.getNumberType()) {
                case INT, LONG -> out.integer(parser.getLongValue());
                default -> out.integer(parser.getBigIntegerValue());
            }
        }
    }
}
