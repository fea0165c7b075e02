package io.logagg.crash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** The records of one request, and its body. */
final class Batch {
  /** In front of the name and number of a bad record, wherever in it that stands. */
  static final String BAD_MARK = "bad:";

  private static final int BAD_PERCENT = 2;
  private static final int LARGE_PERCENT = 4;
  private static final String PADDING = "0123456789abcdefghijklmnopqrstuvwxyz".repeat(3);

  private final int firstSequence;
  private final int size;
  private final byte[] body;

  private Batch(int firstSequence, int size, byte[] body) {
    this.firstSequence = firstSequence;
    this.size = size;
    this.body = body;
  }

  int firstSequence() {
    return firstSequence;
  }

  int size() {
    return size;
  }

  byte[] body() {
    return body;
  }

  /** Draws the next one, and enters it in the ledger. */
  static Batch next(WayIn way, Ledger ledger, Random random) {
    int size =
        way.isSingle() ? 1 : 1 + random.nextInt(random.nextInt(100) < LARGE_PERCENT ? 3000 : 100);
    int first = ledger.count();
    List<String> records = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      boolean bad = way.withBad && random.nextInt(100) < BAD_PERCENT;
      int sequence = ledger.add(bad);
      String name = ledger.producer() + ':' + sequence;
      records.add(bad ? bad(way, ledger, name, random) : good(way, ledger, name, random));
    }
    String text =
        way.isSingle()
            ? records.get(0)
            : way.isJson()
                ? "[" + String.join(",", records) + "]"
                : String.join("\n", records) + "\n";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Batch(first, size, way == WayIn.GZIP ? gzip(bytes) : bytes);
  }

  private static String good(WayIn way, Ledger ledger, String name, Random random) {
    return "{\"app\":\"%s\",\"message\":\"%s\",\"level\":\"%s\",\"service\":\"s%d\"%s%s,\"n\":%d,\"padding\":\"%s\"}"
        .formatted(
            ledger.producer(),
            name,
            random.nextInt(5) == 0 ? "error" : "info",
            random.nextInt(3),
            way.withIds ? ",\"id\":\"" + name + '"' : "",
            timestamp(random),
            random.nextInt(),
            PADDING.substring(random.nextInt(PADDING.length())));
  }

  /** The clock of the one who made the record: right, or a step off, back or ahead. */
  private static String timestamp(Random random) {
    long secondsOff =
        switch (random.nextInt(8)) {
          case 0 -> -random.nextInt(3600);
          case 1 -> -random.nextInt(30 * 86_400);
          case 2 -> random.nextInt(86_400);
          case 3 -> 0;
          default -> Long.MIN_VALUE;
        };
    return secondsOff == Long.MIN_VALUE
        ? ""
        : ",\"timestamp\":\"" + Instant.now().plusSeconds(secondsOff) + '"';
  }

  private static String bad(WayIn way, Ledger ledger, String name, Random random) {
    int kinds = way.isJson() ? 2 : 3; // What is no JSON would break an array off.
    return switch (random.nextInt(kinds)) {
      case 0 ->
          "{\"app\":\"%s\",\"no_message\":\"%s%s|\"}".formatted(ledger.producer(), BAD_MARK, name);
      case 1 ->
          "{\"app\":\"%s\",\"message\":\"%s%s|\",\"timestamp\":\"%s\"}"
              .formatted(
                  ledger.producer(), BAD_MARK, name, Instant.now().plus(400, ChronoUnit.DAYS));
      default -> "no json %s%s|".formatted(BAD_MARK, name);
    };
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
