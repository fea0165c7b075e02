package io.logagg.http.ingest;

import io.logagg.access.KeyLimits;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is counted against a key's limits. */
enum RateKind {
  /** Records that are taken in, or refused as dead letters. */
  RECORDS("records"),
  /** Bytes of bodies, inflated. */
  BYTES("content-bytes");

  static final List<RateKind> ALL = List.of(values());

  private final String code = name().toLowerCase(Locale.ROOT);
  private final String unit;

  RateKind(String unit) {
    this.unit = unit;
  }

  /** How it is written outside the program. */
  String code() {
    return code;
  }

  /** Its quota unit in {@code RateLimit-Policy}; there is a registered one only for bytes. */
  String unit() {
    return unit;
  }

  /** How many of it there may be a second; null for any number. */
  @Nullable Long perSecond(KeyLimits limits) {
    return switch (this) {
      case RECORDS -> limits.recordsPerSecond();
      case BYTES -> limits.bytesPerSecond();
    };
  }
}
