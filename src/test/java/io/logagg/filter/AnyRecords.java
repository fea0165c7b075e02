package io.logagg.filter;

import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Records of a seed with little in them, much of it alike, and all of it awkward. */
public final class AnyRecords {
  public static final long NOW_MICROS = Timestamps.parse("2026-11-24T12:00:00Z").orElseThrow();

  /** In spellings that both a query and JSON may have. */
  static final String[] NUMBERS = {
    "0",
    "-0",
    "5",
    "5.0",
    "5e0",
    "50E-1",
    "0.5e1",
    "500",
    "-3.25",
    "1e3",
    "1000",
    "1e400",
    "12345678901234567890",
    "0.1",
    "1e-7",
    "500.00000000000000000001"
  };

  /** Which are no numbers for us, or not ours. */
  private static final String[] ODD_NUMBERS = {"1e9999", "1E-9999", "1e0005", "9".repeat(70)};

  private static final String[] TEXTS = {
    "05",
    "+5",
    " 5",
    "5.",
    ".5",
    "0x5",
    "1e",
    "Infinity",
    "NaN",
    "true",
    "null",
    "",
    "abc",
    "ABC",
    "a\\b",
    "a\"b",
    "100%",
    "a_c",
    "a/b",
    "äöü",
    "ÄÖÜ",
    "trace-77",
    "\\u0041",
    "k",
    "{\"a\":1}",
    "[5]"
  };

  private static final String[] TIMES = {
    "2026-11-24T12:00:00Z",
    "2026-11-24t11:59:59.9999999z",
    "2026-11-24 13:00:00+01:00",
    "2024-02-29T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2026-11-31T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:59",
    "9999-12-31T23:59:59.123456789-14:59",
    "2026-11-24T24:00:00Z",
    "2026-11-24T12:00:60Z",
    "2026-11-24T12:00:00",
    "2026-11-24T12:00:00+15:00",
    "2026-11-24",
    "2026-11-24T12:00:00.000001Z",
    "2026-11-24T12:00:00." + "1".repeat(200) + "Z",
    "1900-02-29T12:00:00Z",
    "2000-02-29T12:00:00.5-00:00"
  };

  private static final String[] LETTERS = {
    "a", "A", "k", "K", "\u212A", "s", "S", "ſ", "ß", "ẞ", "i", "I", "İ", "ı", "σ", "ς", "Σ", "é",
    "É", "1", "7", "%", "_", "\\", "\"", "*", " ", "\n", "-", ".", "😀", "Ա", "Ǆ", "ǅ", "\u3000"
  };

  private static final String[][] PATHS = {
    {"a"},
    {"b"},
    {"a", "b"},
    {"a", "b", "c"},
    {"a.b"},
    {"b", "c"},
    {"é"},
    {"x\"y"},
    {"level"},
    {"http", "status"},
    {"metadata_"},
    {""},
    {"a", ""}
  };

  private static final String[] KEYS = {
    "a",
    "b",
    "c",
    "a.b",
    "b.c",
    "a.b.c",
    "é",
    "x\"y",
    "level",
    "http",
    "status",
    "http.status",
    "metadata_",
    "",
    "a."
  };

  private final Random random;
  private final List<UUID> ids = new ArrayList<>();

  public AnyRecords(Random random) {
    this.random = random;
  }

  public record Row(
      UUID id,
      long timestampMicros,
      long receivedAtMicros,
      String level,
      String app,
      @Nullable String service,
      String message,
      String metadata,
      @Nullable String sourceId)
      implements RecordView {}

  public Row next() {
    long time = time();
    UUID id = RecordIds.of(time, random.nextLong());
    ids.add(id);
    String service = service();
    String sourceId = sourceId();
    return new Row(
        id,
        time,
        time(),
        level(),
        app(),
        service.isEmpty() ? null : service,
        letters(0, 12),
        object(3),
        sourceId.isEmpty() ? null : sourceId);
  }

  @SafeVarargs
  public final <T> T pick(T... values) {
    return values[random.nextInt(values.length)];
  }

  /** Of a record there is, or nearly. */
  public UUID id() {
    UUID id = ids.isEmpty() ? RecordIds.of(NOW_MICROS, 1) : ids.get(random.nextInt(ids.size()));
    return random.nextInt(4) == 0
        ? RecordIds.of(RecordIds.timestampMicros(id), RecordIds.seq(id) + 1)
        : id;
  }

  public long time() {
    return NOW_MICROS + random.nextInt(5) - 2 + (random.nextInt(3) - 1) * 86_400_000_000L;
  }

  public String level() {
    return pick("TRACE", "INFO", "NOTICE", "WARN", "ERROR", "EMERGENCY", "ODD", "ÄRGER");
  }

  public String app() {
    return pick("shop", "bank", "äpp");
  }

  public String service() {
    return pick("", "api", "API", "api_1", "a%i", "ünï");
  }

  String sourceId() {
    return pick("", "id-1", "id-2", "\\x");
  }

  public String[] path() {
    return pick(PATHS);
  }

  public String scalarText() {
    return switch (random.nextInt(4)) {
      case 0 -> pick(NUMBERS);
      case 1 -> pick(TIMES);
      default -> pick(TEXTS);
    };
  }

  public String letters(int min, int max) {
    StringBuilder text = new StringBuilder();
    int count = min + random.nextInt(max - min + 1);
    for (int i = 0; i < count; i++) {
      text.append(pick(LETTERS));
    }
    return text.toString();
  }

  private String object(int depth) {
    StringBuilder json = new StringBuilder("{");
    int members = random.nextInt(5);
    for (int i = 0; i < members; i++) {
      json.append(i == 0 ? "" : pick(",", " ,\n"))
          .append(string(pick(KEYS)))
          .append(pick(":", " : "));
      json.append(value(depth - 1));
    }
    return json.append('}').toString();
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 11 : 7)) {
      case 0, 1 -> random.nextInt(5) == 0 ? pick(ODD_NUMBERS) : pick(NUMBERS);
      case 2 -> pick("true", "false", "null", "null");
      case 3, 4, 5, 6 -> string(scalarText());
      case 7 -> array(depth);
      default -> object(depth);
    };
  }

  private String array(int depth) {
    StringBuilder json = new StringBuilder("[");
    int elements = random.nextInt(4);
    for (int i = 0; i < elements; i++) {
      json.append(i == 0 ? "" : ", ").append(value(depth - 1));
    }
    return json.append(']').toString();
  }

  /** With some characters by their numbers, as JSON may have it. */
  private String string(String text) {
    StringBuilder json = new StringBuilder("\"");
    boolean numbers = random.nextInt(4) == 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || (numbers && random.nextBoolean())) {
        json.append(String.format("\\u%04x", (int) c));
      } else if (c == '"' || c == '\\' || (c == '/' && random.nextBoolean())) {
        json.append('\\').append(c);
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
