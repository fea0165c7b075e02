package io.logagg.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.embedded.EmbeddedException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PlatformTest {
  @Test
  void shouldKnowBothProcessorFamilies() {
    assertEquals(Platform.LINUX_AMD64, Platform.of("Linux", "amd64"));
    assertEquals(Platform.LINUX_ARM64, Platform.of("Linux", "aarch64"));
  }

  @ParameterizedTest
  @EnumSource(Platform.class)
  void shouldFindItsBinariesInTheJar(Platform platform) {
    assertNotNull(Platform.class.getResource("/" + platform.postgresResource));
    assertNotNull(Platform.class.getResource("/" + platform.redisResource));
  }

  @ParameterizedTest
  @CsvSource({"Mac OS X,aarch64", "Windows 11,amd64", "Linux,riscv64"})
  void shouldSayWhatToDoElsewhere(String osName, String osArch) {
    EmbeddedException e = assertThrows(EmbeddedException.class, () -> Platform.of(osName, osArch));
    assertEquals(Reason.PLATFORM, e.reason());
    assertTrue(e.getMessage().contains(osArch), e.getMessage());
    assertTrue(e.getMessage().contains("postgres.url"), e.getMessage());
    assertTrue(e.getMessage().contains("redis.url"), e.getMessage());
  }
}
