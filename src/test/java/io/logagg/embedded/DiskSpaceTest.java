package io.logagg.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskSpaceTest {
  private static final long MIB = 1L << 20;

  @Test
  void shouldBeContentWithExactlyTheThreshold() {
    DiskSpace.Reading reading = new DiskSpace("/data", () -> 100 * MIB, 100 * MIB).read();
    assertFalse(reading.low());
    assertEquals("", reading.reason());
    assertEquals(100 * MIB, reading.freeBytes());
  }

  @Test
  void shouldBeLowOneByteBelowTheThreshold() {
    DiskSpace.Reading reading = new DiskSpace("/data", () -> 100 * MIB - 1, 100 * MIB).read();
    assertTrue(reading.low());
    assertEquals("disk nearly full: /data has 99 MiB free, required are 100 MiB", reading.reason());
  }

  @Test
  void shouldBeLowWhenTheDiskCannotBeAsked() {
    DiskSpace.Source broken =
        () -> {
          throw new IOException("gone");
        };
    DiskSpace.Reading reading = new DiskSpace("/data", broken, MIB).read();
    assertTrue(reading.low());
    assertEquals(-1, reading.freeBytes());
    assertTrue(reading.reason().contains("gone"), reading.reason());
  }

  @Test
  void shouldAskTheRealDisk(@TempDir Path temp) {
    assertFalse(DiskSpace.of(temp, 1).read().low());
    assertTrue(DiskSpace.of(temp, Long.MAX_VALUE).read().low());
  }
}
