package io.logagg.config;

import static io.logagg.config.Loading.assertOneProblem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the environment's variables set, and which of several counts. */
final class ConfigEnvironmentTest {
  private static Loading loading;

  @BeforeAll
  static void open() {
    loading = new Loading();
  }

  @AfterAll
  static void close() {
    loading.close();
  }

  @Test
  void shouldPreferOursOverOlderVariablesOverTheFile() {
    String file = "{\"stream\": {\"key\": \"file\", \"group\": \"file\", \"dlqKey\": \"file2\"}}";
    Map<String, String> environment =
        Map.of(
            "INGEST_STREAM",
            "older",
            "LOGAGG_STREAM_KEY",
            "ours",
            "INGEST_GROUP",
            "older",
            "INGEST_DLQ",
            "");
    StreamConfig stream = loading.load(file, environment).config().stream();
    assertEquals("ours", stream.key());
    assertEquals("older", stream.group());
    assertEquals("file2", stream.dlqKey());
  }

  @Test
  void shouldReadTheOlderVariables() {
    Config config =
        loading
            .load(
                null,
                Map.of(
                    "DATABASE_URL", "postgresql://a:b@db/logs",
                    "REDIS_URL", "redis://cache",
                    "CORS_ORIGINS", "http://localhost:5173, https://logs.example,",
                    "INGEST_DLQ", "dead"))
            .config();
    assertEquals("postgresql://a:b@db/logs", config.postgres().url());
    assertEquals("redis://cache", config.redis().url());
    assertEquals(
        List.of("http://localhost:5173", "https://logs.example"), config.http().corsOrigins());
    assertEquals("dead", config.stream().dlqKey());
  }

  @Test
  void shouldUnsetWithAnEmptyVariableWhereThatHasAMeaning() {
    String file = "{\"redis\": {\"url\": \"redis://r\"}, \"http\": {\"corsOrigins\": [\"*\"]}}";
    Config config =
        loading
            .load(
                file,
                Map.of(
                    "LOGAGG_REDIS_URL",
                    "",
                    "REDIS_URL",
                    "redis://s",
                    "LOGAGG_HTTP_CORS_ORIGINS",
                    ""))
            .config();
    assertTrue(config.redis().isEmbedded());
    assertEquals(List.of(), config.http().corsOrigins());
    assertOneProblem(
        loading.problems(null, Map.of("LOGAGG_HTTP_PORT", "")),
        "http.port is \"\" (LOGAGG_HTTP_PORT)",
        "whole number");
  }

  @Test
  void shouldLetARightVariableStandInForAWrongValue() {
    assertEquals(
        9000,
        loading
            .load("{\"http\": {\"port\": \"x\"}}", Map.of("LOGAGG_HTTP_PORT", " 9000 "))
            .config()
            .http()
            .port());
  }

  @Test
  void shouldWarnOfUnknownVariablesOnly() {
    List<String> warnings =
        loading
            .load(
                null,
                Map.of(
                    "LOGAGG_HTTP_PROT", "hunter2",
                    "LOGAGG_ZZZ", "1",
                    "LOGAGG_LOG_FORMAT", "json",
                    "PATH", "/bin"))
            .warnings();
    assertEquals(
        List.of(
            "The environment variable LOGAGG_HTTP_PROT sets nothing, did you mean LOGAGG_HTTP_PORT?",
            "The environment variable LOGAGG_ZZZ sets nothing"),
        warnings);
  }
}
