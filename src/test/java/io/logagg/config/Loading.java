package io.logagg.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Loads configurations for the tests, and waits for the outcome. */
final class Loading implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();

  LoadedConfig load(@Nullable String conf, Map<String, String> environment) {
    return new ConfigLoader(vertx, environment)
        .load(conf)
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }

  ConfigException refusal(@Nullable String conf, Map<String, String> environment) {
    CompletionException e = assertThrows(CompletionException.class, () -> load(conf, environment));
    if (e.getCause() instanceof ConfigException refusal) {
      return refusal;
    }
    throw e;
  }

  /** The problems as text. */
  List<String> problems(@Nullable String conf, Map<String, String> environment) {
    return refusal(conf, environment).problems().stream().map(ConfigProblem::toString).toList();
  }

  List<String> problemsOf(String path, @Nullable Object value) {
    return problems(jsonWith(path, value).encode(), Map.of());
  }

  /** There is one, on one line, which begins and goes on so. */
  static void assertOneProblem(List<String> problems, String start, String part) {
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).startsWith(start), problems::toString);
    assertTrue(problems.get(0).contains(part), problems::toString);
    assertFalse(problems.get(0).contains("\n"), problems::toString);
  }

  /** An object that holds one value at a path. */
  static JsonObject jsonWith(String path, @Nullable Object value) {
    int dot = path.indexOf('.');
    return dot < 0
        ? new JsonObject().put(path, value)
        : new JsonObject().put(path.substring(0, dot), jsonWith(path.substring(dot + 1), value));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
