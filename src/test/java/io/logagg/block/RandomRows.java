package io.logagg.block;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Rows as wild as the table can have them. */
final class RandomRows {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "user 17 logged in",
          "Käse \u212a",
          "\uD83D\uDE00 smile",
          "x".repeat(5000),
          "\t\n\"\\");

  private final SplittableRandom random;

  RandomRows(long seed) {
    random = new SplittableRandom(seed);
  }

  List<BlockRow> rows(int count) {
    List<BlockRow> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(row());
    }
    rows.sort(Comparator.comparingLong(BlockRow::timestampMicros).thenComparing(BlockRow::seq));
    return rows;
  }

  private BlockRow row() {
    return new BlockRow(
        number(),
        number() & ((1L << 62) - 1),
        number(),
        1 + random.nextInt(random.nextBoolean() ? 3 : Integer.MAX_VALUE - 1),
        random.nextBoolean() ? "INFO" : "L" + random.nextInt(20),
        random.nextBoolean() ? "" : "service-" + random.nextInt(300),
        text(),
        "{\"k\":\"" + random.nextInt(50) + "\"}",
        random.nextBoolean() ? "" : text());
  }

  /** Near one of a few points, or anywhere. */
  private long number() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextInt(1000);
      default -> ((1L + random.nextInt(5)) << 58) + random.nextInt(100_000);
    };
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size())) + (random.nextBoolean() ? random.nextInt() : "");
  }
}
