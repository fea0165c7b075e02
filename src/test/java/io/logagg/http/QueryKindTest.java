package io.logagg.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.logagg.http.reply.Limit;
import io.logagg.http.reply.RequestOutcome;
import io.logagg.record.RefusalKind;
import io.logagg.testing.MetricsPage;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether each reading route is measured, and docs/metrics.md has the values of our labels. */
final class QueryKindTest {
  @Test
  void shouldKnowEveryReadingRouteButTheTail() {
    Set<String> unknown = new TreeSet<>();
    OpenApi.read().operations().stream()
        .filter(operation -> operation.method().equals("get"))
        .filter(operation -> !operation.json().getJsonArray("tags").contains("agents"))
        .map(OpenApi.Operation::path)
        .filter(path -> path.startsWith("/api/"))
        .filter(path -> QueryKind.ofPath(path.replaceAll("\\{\\w+}", "7")) == null)
        .forEach(unknown::add);
    assertEquals(Set.of("/api/v1/logs/tail"), unknown);
  }

  @Test
  void shouldTellThemApart() {
    assertEquals(QueryKind.LIST, QueryKind.ofPath("/api/v1/logs/filter"));
    assertEquals(QueryKind.LIST, QueryKind.ofPath("/api/v1/logs/"));
    assertEquals(QueryKind.RECORD, QueryKind.ofPath("/api/v1/logs/7"));
    assertEquals(QueryKind.RECORD, QueryKind.ofPath("/api/v1/logs/7//"));
    assertEquals(QueryKind.CONTEXT, QueryKind.ofPath("/api/v1/logs/7/context"));
    assertEquals(QueryKind.STATS, QueryKind.ofPath("/api/v1/stats"));
    assertEquals(QueryKind.PATTERNS, QueryKind.ofPath("/api/v1/stats/patterns"));
    assertEquals(QueryKind.DLQ, QueryKind.ofPath("/api/v1/dlq/stats"));
    for (String none :
        new String[] {
          "/", "/metrics", "/api/v1/", "/api/v1//", "/api/v1/stats/x", "/api/v1/logs/7/x", "/api"
        }) {
      assertNull(QueryKind.ofPath(none), none);
    }
  }

  @Test
  void shouldBeDocumentedWithAllValues() {
    assertEquals(
        labels(QueryKind.values(), QueryKind::label),
        MetricsPage.values("logagg_query_duration_seconds", "kind"));
    assertEquals(
        labels(Limit.values(), Limit::label),
        MetricsPage.values("logagg_http_refusals_total", "cause"));
    for (String metric :
        new String[] {
          "logagg_query_duration_seconds",
          "logagg_ingest_requests_total",
          "logagg_ingest_bytes_total"
        }) {
      assertEquals(
          labels(RequestOutcome.values(), RequestOutcome::label),
          MetricsPage.values(metric, "outcome"));
    }
    assertEquals(
        labels(RefusalKind.values(), RefusalKind::code),
        MetricsPage.values("logagg_dlq_added_letters_total", "kind"));
  }

  private static <T> Set<String> labels(T[] values, Function<T, String> label) {
    return Stream.of(values).map(label).collect(Collectors.toSet());
  }
}
