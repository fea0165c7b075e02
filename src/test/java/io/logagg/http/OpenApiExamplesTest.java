package io.logagg.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.http.OpenApi.Operation;
import io.logagg.http.ingest.OwnFormat;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.Decoded;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.protocol.SliceSink;
import io.logagg.record.Defaults;
import io.logagg.record.Stamper;
import io.logagg.record.Stamps;
import io.logagg.record.TimeWindow;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whether the examples are true: fit for their schemas, and records that are really taken. */
final class OpenApiExamplesTest {
  private static final Set<String> TAKE_RECORDS = Set.of("ingest", "createLog", "createLogs");
  private static final int MAX_RECORD_BYTES = 1 << 20;

  private final OpenApi api = OpenApi.read();

  /** What goes in or out in one content type. */
  private record Body(String where, String contentType, JsonObject media) {}

  /** The examples of a body, by name. */
  private Map<String, Object> examples(Body body) {
    Map<String, Object> all = new LinkedHashMap<>();
    if (body.media().containsKey("example")) {
      all.put("example", body.media().getValue("example"));
    }
    JsonObject named = body.media().getJsonObject("examples", new JsonObject());
    for (String name : named.fieldNames()) {
      all.put(name, api.resolve(named.getJsonObject(name)).getValue("value"));
    }
    return all;
  }

  @Test
  void shouldShowRecordsThatAreTaken() throws FramingException {
    int records = 0;
    for (Operation operation : api.operations()) {
      if (TAKE_RECORDS.contains(operation.json().getString("operationId"))) {
        for (Body body : bodies(operation, "requestBody")) {
          Map<String, Object> examples = examples(body);
          assertFalse(examples.isEmpty(), () -> body.where() + " shows no example");
          for (Map.Entry<String, Object> example : examples.entrySet()) {
            records += decode(body, example.getKey(), example.getValue());
          }
        }
      }
    }
    assertTrue(records > 10, "only " + records + " records");
  }

  /** Decodes an example as its route does; how many records it holds. */
  private static int decode(Body body, String name, Object example) throws FramingException {
    String text = example instanceof String lines ? lines : Json.encode(example);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Defaults defaults =
        body.contentType().equals("text/plain") ? new Defaults("shop", null, null) : Defaults.NONE;
    Accepting sink = new Accepting(body.where() + " " + name, defaults);
    BodySplitter splitter =
        OwnFormat.of(body.contentType()).orElseThrow().splitter(sink, MAX_RECORD_BYTES);
    splitter.feed(bytes, 0, bytes.length);
    splitter.end();
    return sink.count;
  }

  private static final class Accepting implements SliceSink {
    private final JsonRecordDecoder decoder = new JsonRecordDecoder(new TimeWindow(30, 2));
    private final Stamps stamps =
        new Stamper(InstantSource.fixed(Instant.parse("2026-11-24T08:00:00Z")), new Random(1))
            .now();
    private final String where;
    private final Defaults defaults;
    private int count;

    Accepting(String where, Defaults defaults) {
      this.defaults = defaults;
      this.where = where;
    }

    @Override
    public void slice(long line, byte[] bytes, int from, int to) {
      count++;
      Decoded decoded = decoder.decode(bytes, from, to, defaults, stamps, null);
      if (decoded instanceof Decoded.Refused refused) {
        throw new AssertionError(where + ", record " + line + ": " + refused.reason());
      }
    }

    @Override
    public void oversize(long line, byte[] prefix, int from, int to, long length) {
      throw new AssertionError(where + ", record " + line + " has " + length + " bytes");
    }
  }

  @Test
  void shouldShowExamplesThatFitTheirSchemas() {
    List<String> wrong = new ArrayList<>();
    int checked = 0;
    for (Operation operation : api.operations()) {
      for (Body body : bodies(operation)) {
        Validator validator = validator(body.media().getJsonObject("schema"));
        for (Object value : examples(body).values()) {
          checked++;
          OutputUnit result = validator.validate(value);
          if (!Boolean.TRUE.equals(result.getValid())) {
            wrong.add(body.where() + ": " + result.toJson());
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(checked > 100, "only " + checked + " examples");
  }

  @Test
  void shouldHaveSchemasThatRefuseWhatIsWrong() {
    JsonObject read = new JsonObject().put("$ref", "#/components/schemas/LogRead");

    assertFalse(validator(read).validate(new JsonObject().put("id", 1)).getValid());
  }

  /** References of a schema lead from the root of what is validated. */
  private Validator validator(JsonObject schema) {
    JsonObject root =
        schema.copy().put("components", api.document().getJsonObject("components").copy());
    JsonSchemaOptions options =
        new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("app://logagg")
            .setOutputFormat(OutputFormat.Basic);
    return Validator.create(JsonSchema.of(root), options);
  }

  /** All bodies of an operation, in and out. */
  private List<Body> bodies(Operation operation) {
    List<Body> all = new ArrayList<>(bodies(operation, "requestBody"));
    JsonObject responses = operation.json().getJsonObject("responses");
    for (String status : responses.fieldNames()) {
      all.addAll(bodies(operation + " " + status, responses.getJsonObject(status)));
    }
    return all;
  }

  private List<Body> bodies(Operation operation, String field) {
    JsonObject owner = operation.json().getJsonObject(field);
    return owner == null ? List.of() : bodies(operation + " " + field, owner);
  }

  private List<Body> bodies(String where, JsonObject owner) {
    JsonObject content = api.resolve(owner).getJsonObject("content", new JsonObject());
    return content.fieldNames().stream()
        .map(type -> new Body(where + " " + type, type, content.getJsonObject(type)))
        .toList();
  }
}
