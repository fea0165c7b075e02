package io.logagg.telemetry.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

final class RouteTemplatesTest {
  private final RouteTemplates templates = RouteTemplates.ofApi();

  @Test
  void shouldFindAnExactPathBeforeAPlaceholder() {
    assertEquals("/api/v1/logs/tail", templates.find("/api/v1/logs/tail?app=secret"));
    assertEquals("/api/v1/logs/{id}", templates.find("/api/v1/logs/tails"));
    assertEquals("/api/v1/logs", templates.find("/api/v1/logs//"));
  }

  @Test
  void shouldNameNoPathThatIsNotOurs() {
    assertNull(templates.find("/api/v1/logs/a/b/c"));
    assertNull(templates.find("/secret"));
    assertNull(templates.find("http://host/api/v1/logs"));
    assertNull(templates.find(""));
  }
}
