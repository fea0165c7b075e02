package io.logagg.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.http.OpenApi.Operation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.OpenAPIVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether the document is OpenAPI 3.1, complete, and consistent in itself. */
final class OpenApiDocumentTest {
  private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");

  private final OpenApi api = OpenApi.read();

  @Test
  void shouldBeValidOpenApi31() {
    assertEquals("3.1.0", api.document().getString("openapi"));

    assertEquals("valid", validity(api.document()));
  }

  @Test
  void shouldNotTakeEveryDocumentForValid() {
    JsonObject broken = api.document().copy();
    broken.getJsonObject("paths").getJsonObject("/health").getJsonObject("get").put("tags", 1);

    assertNotEquals("valid", validity(broken));
  }

  /**
   * By the schema of OpenAPI 3.1. Without the library's own model, which takes only absolute
   * addresses of servers and fewer content types than OpenAPI.
   */
  private static String validity(JsonObject document) {
    Vertx vertx = Vertx.vertx();
    try {
      OutputUnit result =
          await(
              OpenAPIVersion.V3_1
                  .getRepository(vertx, "app://logagg")
                  .compose(
                      schemas -> OpenAPIVersion.V3_1.validateContract(vertx, schemas, document)));
      return Boolean.TRUE.equals(result.getValid()) ? "valid" : result.toJson().encode();
    } finally {
      await(vertx.close());
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Test
  void shouldResolveEveryReferenceWithinItself() {
    Set<String> used = new TreeSet<>();
    collectRefs(api.document(), used);
    assertFalse(used.isEmpty());
    used.forEach(api::at);
    securitySchemes().forEach(api::at);
  }

  @Test
  void shouldUseEveryComponent() {
    Set<String> used = new HashSet<>();
    collectRefs(api.document(), used);
    used.addAll(securitySchemes());
    Set<String> unused = new TreeSet<>();
    JsonObject components = api.document().getJsonObject("components");
    for (String kind : components.fieldNames()) {
      for (String name : components.getJsonObject(kind).fieldNames()) {
        String ref = "#/components/" + kind + "/" + name;
        if (!used.contains(ref)) {
          unused.add(ref);
        }
      }
    }
    assertEquals(Set.of(), unused, "nothing refers to these: remove them");
  }

  /** Those that operations name; they are the only components that are not used by reference. */
  private Set<String> securitySchemes() {
    Set<String> refs = new TreeSet<>();
    for (Operation operation : api.operations()) {
      for (Object requirement : operation.json().getJsonArray("security", new JsonArray())) {
        ((JsonObject) requirement)
            .fieldNames()
            .forEach(name -> refs.add("#/components/securitySchemes/" + name));
      }
    }
    return refs;
  }

  private static void collectRefs(Object node, Set<String> refs) {
    if (node instanceof JsonObject object) {
      for (Map.Entry<String, Object> field : object) {
        if (field.getKey().equals("$ref") && field.getValue() instanceof String ref) {
          refs.add(ref);
        }
        collectRefs(field.getValue(), refs);
      }
    } else if (node instanceof JsonArray array) {
      array.forEach(item -> collectRefs(item, refs));
    }
  }

  @Test
  void shouldDescribeEveryOperation() {
    List<String> missing = new ArrayList<>();
    Set<String> tags = new HashSet<>();
    api.document()
        .getJsonArray("tags")
        .forEach(tag -> tags.add(((JsonObject) tag).getString("name")));
    for (Operation operation : api.operations()) {
      JsonObject json = operation.json();
      for (String field : List.of("operationId", "summary", "description")) {
        if (json.getString(field, "").isBlank()) {
          missing.add(operation + " lacks " + field);
        }
      }
      JsonArray own = json.getJsonArray("tags", new JsonArray());
      if (own.size() != 1 || !tags.contains(own.getString(0))) {
        missing.add(operation + " must have one tag, of those at the top of the document");
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void shouldGiveEveryOperationAnIdOfItsOwn() {
    List<String> ids =
        api.operations().stream().map(op -> op.json().getString("operationId")).toList();
    assertEquals(ids.size(), Set.copyOf(ids).size(), () -> "not unique: " + ids);
  }

  @Test
  void shouldDescribeEveryAnswer() {
    List<String> wrong = new ArrayList<>();
    for (Operation operation : api.operations()) {
      JsonObject responses = operation.json().getJsonObject("responses", new JsonObject());
      boolean refused = operation.json().getBoolean("x-always-refused", false);
      if (!refused
          && responses.fieldNames().stream().noneMatch(status -> status.matches("[23]\\d\\d"))) {
        wrong.add(operation + " has no answer for when it goes well");
      }
      for (String status : responses.fieldNames()) {
        JsonObject response = api.resolve(responses.getJsonObject(status));
        if (response.getString("description", "").isBlank()) {
          wrong.add(operation + " " + status + " lacks a description");
        }
        boolean error = status.matches("4\\d\\d|5\\d\\d|default");
        boolean health = operation.path().startsWith("/health") && status.equals("503");
        if (error && speaksAnotherProtocol(operation)) {
          if (response.getJsonObject("content", new JsonObject()).isEmpty()) {
            wrong.add(operation + " " + status + " must show how its protocol tells it");
          }
        } else if (error && !health && !problemOf(response, status)) {
          wrong.add(
              operation + " " + status + " must be a problem, with its status in the example");
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static boolean speaksAnotherProtocol(Operation operation) {
    return operation.json().getJsonArray("tags").contains("agents");
  }

  private static boolean problemOf(JsonObject response, String status) {
    JsonObject media =
        response
            .getJsonObject("content", new JsonObject())
            .getJsonObject("application/problem+json");
    return media != null
        && examples(media)
            .map(example -> (JsonObject) example)
            .allMatch(
                example ->
                    status.equals("default")
                        || status.equals(String.valueOf(example.getInteger("status"))));
  }

  private static Stream<Object> examples(JsonObject media) {
    return media.containsKey("example")
        ? Stream.of(media.getValue("example"))
        : media.getJsonObject("examples").stream()
            .map(entry -> ((JsonObject) entry.getValue()).getValue("value"));
  }

  @Test
  void shouldDescribeEveryParameter() {
    List<String> wrong = new ArrayList<>();
    for (Operation operation : api.operations()) {
      for (JsonObject parameter : parameters(operation)) {
        String name = operation + " " + parameter.getString("name");
        if (parameter.getString("description", "").isBlank()) {
          wrong.add(name + " lacks a description");
        }
        JsonObject schema = parameter.getJsonObject("schema", new JsonObject());
        if (!schema.containsKey("type") || schema.getJsonArray("examples") == null) {
          wrong.add(name + " must have a schema with a type and examples");
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void shouldDeclareThePathParametersOfEveryPath() {
    for (Operation operation : api.operations()) {
      Set<String> inPath = new TreeSet<>();
      Matcher matcher = PATH_PARAMETER.matcher(operation.path());
      while (matcher.find()) {
        inPath.add(matcher.group(1));
      }
      Set<String> declared = new TreeSet<>();
      for (JsonObject parameter : parameters(operation)) {
        if ("path".equals(parameter.getString("in"))) {
          declared.add(parameter.getString("name"));
          assertTrue(parameter.getBoolean("required", false), operation + " " + parameter);
        }
      }
      assertEquals(inPath, declared, operation::toString);
    }
  }

  private List<JsonObject> parameters(Operation operation) {
    return Stream.of(operation.item(), operation.json())
        .flatMap(owner -> owner.getJsonArray("parameters", new JsonArray()).stream())
        .map(parameter -> api.resolve((JsonObject) parameter))
        .toList();
  }
}
