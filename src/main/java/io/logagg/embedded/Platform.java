package io.logagg.embedded;

import io.logagg.embedded.EmbeddedException.Reason;
import java.util.Locale;

/** The systems that there are binaries for: Linux with glibc on two processor families. */
enum Platform {
  LINUX_AMD64("postgres-linux-x86_64.txz", "redis-server-7.0.15-linux-amd64"),
  LINUX_ARM64("postgres-linux-arm_64.txz", "redis-server-7.0.15-linux-arm64");

  final String postgresResource;
  final String redisResource;

  Platform(String postgresResource, String redisResource) {
    this.postgresResource = postgresResource;
    this.redisResource = redisResource;
  }

  static Platform current() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  /** Takes the values of the system properties {@code os.name} and {@code os.arch}. */
  static Platform of(String osName, String osArch) {
    if (osName.toLowerCase(Locale.ROOT).startsWith("linux")) {
      switch (osArch.toLowerCase(Locale.ROOT)) {
        case "amd64", "x86_64" -> {
          return LINUX_AMD64;
        }
        case "aarch64", "arm64" -> {
          return LINUX_ARM64;
        }
        default -> {}
      }
    }
    throw new EmbeddedException(
        Reason.PLATFORM,
        "embedded PostgreSQL and Redis need Linux on x86-64 or arm64, this is %s on %s; %s"
            .formatted(osName, osArch, EmbeddedException.OWN_SERVERS));
  }
}
