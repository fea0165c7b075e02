package io.logagg.testing;

import io.logagg.record.DedupeKeys;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Makes records of a seed: the same ones for the same seed. */
public final class TestRecords {
  /** When all of them are received. */
  public static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  public static final long NOW_MICROS = Timestamps.micros(NOW);

  private static final List<String> LEVELS = List.of("INFO", "INFO", "WARN", "ERROR", "ODD LEVEL");
  private static final List<String> SERVICES = List.of("api", "worker", "ünï");
  private static final List<String> APPS = List.of("shop", "bank", "äpp");

  private final Random random;

  public TestRecords(long seed) {
    this.random = new Random(seed);
  }

  /** A record of now with nothing special to it. */
  public LogRecord of(String app, String message) {
    return at(NOW_MICROS, app, message);
  }

  public LogRecord at(long timestampMicros, String app, String message) {
    return new LogRecord(
        RecordIds.of(timestampMicros, random.nextLong()),
        timestampMicros,
        NOW_MICROS,
        "INFO",
        app,
        null,
        message,
        "{}",
        null,
        null);
  }

  /** A record that carries its producer's id. */
  public LogRecord withSourceId(String app, String message, String sourceId) {
    LogRecord plain = of(app, message);
    return new LogRecord(
        plain.id(),
        plain.timestampMicros(),
        plain.receivedAtMicros(),
        plain.level(),
        app,
        null,
        message,
        "{}",
        sourceId,
        DedupeKeys.ofSourceId(app, sourceId));
  }

  /** The same record, received at another time. */
  public static LogRecord receivedAt(LogRecord record, long receivedAtMicros) {
    return new LogRecord(
        record.id(),
        record.timestampMicros(),
        receivedAtMicros,
        record.level(),
        record.app(),
        record.service(),
        record.message(),
        record.metadata(),
        record.sourceId(),
        record.dedupeKey());
  }

  /** Something of everything, within some minutes of now. */
  public LogRecord any() {
    return any(NOW_MICROS - random.nextInt(600) * 1_000_000L);
  }

  public LogRecord any(long timestampMicros) {
    String app = pick(APPS);
    String sourceId = random.nextInt(4) == 0 ? "id-" + random.nextLong() : null;
    UUID key = sourceId == null ? null : DedupeKeys.ofSourceId(app, sourceId);
    return new LogRecord(
        RecordIds.of(timestampMicros, random.nextLong()),
        timestampMicros,
        NOW_MICROS,
        pick(LEVELS),
        app,
        random.nextBoolean() ? pick(SERVICES) : null,
        text(random.nextInt(120)),
        "{\"n\": " + random.nextInt(1000) + "}",
        sourceId,
        key);
  }

  public List<LogRecord> many(int count) {
    List<LogRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(any());
    }
    return records;
  }

  public RecordBatch batch(int count) {
    return RecordBatch.of(many(count));
  }

  public String text(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          switch (random.nextInt(8)) {
            case 0 -> 0x20AC;
            case 1 -> 0x1F600 + random.nextInt(50);
            case 2 -> '"';
            default -> 'a' + random.nextInt(26);
          });
    }
    return text.toString();
  }

  private String pick(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
