package io.logagg.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.telemetry.Metrics;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
  private static OpenConnections within(int configured, long maxFiles) {
    return OpenConnections.within(configured, maxFiles, 200, new Metrics());
  }

  @Test
  void shouldTakeWhatIsConfiguredWhereFilesSuffice() {
    assertEquals(10_000, within(10_000, 10_200).max());
    assertEquals(10_000, within(10_000, Long.MAX_VALUE).max());
  }

  @Test
  void shouldLeaveFilesForOthers() {
    assertEquals(824, within(10_000, 1024).max());
    assertEquals(16, within(10_000, 100).max());
  }

  @Test
  void shouldRefuseOneTooMany() {
    OpenConnections connections = within(2, 1024);

    assertTrue(connections.acquire());
    assertTrue(connections.acquire());
    assertFalse(connections.acquire());
    connections.release();
    assertTrue(connections.acquire());
  }
}
