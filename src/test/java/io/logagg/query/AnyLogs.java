package io.logagg.query;

import io.logagg.block.BlockRow;
import io.logagg.filter.AnyRecords;
import io.logagg.record.RecordIds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * The records of a seed, over some days, in the order of their keys, and what may be asked of them.
 */
final class AnyLogs {
  /** One of them is deleted, see {@link SealedStore}. */
  static final List<String> APPS = List.of("shop", "bank", "äpp", "gone");

  static final long DAY_MICROS = 86_400_000_000L;

  private static final String[] WORDS = {
    "order",
    "Order",
    "paid",
    "GET",
    "/api/v1/carts",
    "refused",
    "Größe",
    "ПРИВЕТ",
    "привет",
    "(.*)",
    "[a-z]+",
    "100%",
    "a_b",
    "c:\\dir",
    "$1",
    "^",
    "日本語のログ",
    "🦊",
    "İstanbul",
    "ſtraße",
    "\t",
    "user=ann",
    "timeout",
    "Time-out",
    "10.0.0.7",
    "0x7f3a",
    "\"quoted\"",
    "K",
    "\u212Aelvin"
  };

  private static final int LONG_CHARS = 6000;

  private final Random random;
  private final AnyRecords records;
  private final List<BlockRow> rows = new ArrayList<>();

  /**
   * Makes them.
   *
   * @param apps the numbers of all {@link #APPS}
   */
  AnyLogs(Random random, AnyRecords records, int count, Map<String, Integer> apps) {
    this.random = random;
    this.records = records;
    for (int i = 0; i < count; i++) {
      AnyRecords.Row record = records.next();
      long time = random.nextInt(3) == 0 ? record.timestampMicros() : time();
      String app = random.nextInt(12) == 0 ? "gone" : record.app();
      String service = record.service();
      String sourceId = record.sourceId();
      rows.add(
          new BlockRow(
              time,
              RecordIds.seq(record.id()),
              record.receivedAtMicros(),
              apps.getOrDefault(app, 0),
              record.level(),
              service == null ? "" : service,
              message(record.message()),
              random.nextInt(3) == 0 ? metadata() : record.metadata(),
              sourceId == null ? "" : sourceId));
    }
    rows.sort(Comparator.comparingLong(BlockRow::timestampMicros).thenComparingLong(BlockRow::seq));
  }

  private long time() {
    long day = AnyRecords.NOW_MICROS + (random.nextInt(3) - 1) * DAY_MICROS;
    return switch (random.nextInt(3)) {
      case 0 -> day - random.nextInt(40) * 7_300_000L;
      case 1 -> day - random.nextInt(20) * 60_000_000L;
      default -> day + random.nextInt(3600) * 1_000_000L + random.nextInt(3);
    };
  }

  private String message(String letters) {
    int kind = random.nextInt(150);
    if (kind == 0) {
      return (sentence() + " ").repeat(LONG_CHARS / 20);
    }
    return kind < 60 ? letters : kind < 140 ? sentence() : sentence() + letters.repeat(9);
  }

  private String sentence() {
    StringBuilder text = new StringBuilder();
    int words = 1 + random.nextInt(5);
    for (int i = 0; i < words; i++) {
      text.append(i == 0 ? "" : " ")
          .append(random.nextInt(4) == 0 ? random.nextInt(300) : records.pick(WORDS));
    }
    return text.toString();
  }

  /** As services write it. */
  private String metadata() {
    List<String> members = new ArrayList<>();
    members.add("\"trace_id\":\"" + traceId() + "\"");
    members.add(
        "\"ms\":"
            + records.pick("12", "12.0", "1.2e1", "7.25", "-3", "\"40\"", "" + random.nextInt(99)));
    if (random.nextBoolean()) {
      members.add(
          "\"user\":{\"id\":"
              + random.nextInt(20)
              + ",\"name\":\""
              + records.pick("Ann", "ann", "ünï", "")
              + "\"}");
    }
    if (random.nextBoolean()) {
      members.add(
          "\"tags\":[\"t"
              + random.nextInt(9)
              + "\","
              + records.pick("1", "true", "null", "[\"in\"]", "{\"a\":1}")
              + "]");
    }
    if (random.nextInt(4) == 0) {
      members.add("\"http.status\":" + records.pick("200", "500", "5e2", "\"200\""));
    }
    return "{" + String.join(records.pick(",", ", "), members) + "}";
  }

  String traceId() {
    return "%08x".formatted(random.nextInt(400) * 0x9E3779B1);
  }

  /** In the order of their keys. */
  List<BlockRow> rows() {
    return rows;
  }

  BlockRow anyRow() {
    return rows.get(random.nextInt(rows.size()));
  }

  /** Of a record there is, most often. */
  UUID anyId() {
    BlockRow row = anyRow();
    long seq = random.nextInt(5) == 0 ? row.seq() + random.nextInt(3) - 1 : row.seq();
    return RecordIds.of(row.timestampMicros(), seq);
  }

  /** At a record, beside it, or at its minute. */
  long anyTime() {
    long time = anyRow().timestampMicros() + random.nextInt(3) - 1;
    return random.nextInt(3) == 0 ? time - Math.floorMod(time, 60_000_000L) : time;
  }

  /** A part of a message; some characters long. */
  String anyPart() {
    String message = anyRow().message();
    int[] points = message.codePoints().limit(200).toArray();
    if (points.length == 0) {
      return "order";
    }
    int from = random.nextInt(points.length);
    int count = Math.min(points.length - from, 1 + random.nextInt(8));
    return new String(points, from, count);
  }
}
