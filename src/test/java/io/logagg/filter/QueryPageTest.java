package io.logagg.filter;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.filter.language.Parser;
import io.logagg.filter.language.QuerySyntaxException;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.logagg.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every example of docs/query.md finds what it says, in PostgreSQL and in memory. */
final class QueryPageTest {
  private static final Pattern EXAMPLE = Pattern.compile("\\| `(.+)` \\| ([0-9 ]+) \\|");
  private static final long NOW = Timestamps.parse("2026-11-25T00:10:00Z").orElseThrow();

  private final List<AnyRecords.Row> rows = new ArrayList<>();

  @Test
  void shouldFindWhatThePageSays() throws IOException, QuerySyntaxException {
    List<String> page = Files.readAllLines(Path.of("docs/query.md"));
    for (String line : page) {
      if (line.startsWith("{\"app\"")) {
        rows.add(row(new ObjectMapper().readTree(line)));
      }
    }
    int examples = 0;
    try (TestDatabase database = TestDatabase.open()) {
      database.sql("CREATE TABLE logs_all PARTITION OF logs DEFAULT");
      database.sql("INSERT INTO apps (name) VALUES ('shop'), ('bank')");
      PgConnection connection = database.connect();
      await(
          Future.all(
              rows.stream().map(row -> ConditionAgreementTest.insert(connection, row)).toList()));
      for (String line : page) {
        Matcher example = EXAMPLE.matcher(line);
        if (example.matches()) {
          examples++;
          assertFinds(connection, example.group(1), example.group(2));
        }
      }
    }
    assertTrue(examples >= 38, "found " + examples);
  }

  private void assertFinds(PgConnection connection, String query, String numbers)
      throws QuerySyntaxException {
    LogFilter filter = LogFilter.of(Parser.parse(query, NOW));
    RecordMatcher matcher = RecordMatcher.of(filter);
    assertEquals(
        numbers,
        rows.stream()
            .filter(matcher::matches)
            .map(row -> String.valueOf(RecordIds.seq(row.id())))
            .collect(Collectors.joining(" ")),
        query);
    List<String> found = new ArrayList<>();
    await(ConditionAgreementTest.ask(connection, filter))
        .forEach(row -> found.add(String.valueOf(row.getLong(0))));
    assertEquals(numbers, found.stream().sorted().collect(Collectors.joining(" ")), query);
  }

  private AnyRecords.Row row(JsonNode json) {
    long time = Timestamps.parse(json.path("timestamp").asText()).orElseThrow();
    return new AnyRecords.Row(
        RecordIds.of(time, rows.size() + 1),
        time,
        time,
        json.path("level").asText(),
        json.path("app").asText(),
        json.path("service").asText(null),
        json.path("message").asText(),
        json.path("metadata_").toString(),
        null);
  }
}
