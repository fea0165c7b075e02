package io.logagg.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.query.TailPosition.Within;
import io.logagg.testing.TestRecords;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class TailPositionTest {
  private final Random random = new Random(1);

  private TailMark anyMark() {
    long end = 1 + random.nextLong(1L << (1 + random.nextInt(61)));
    List<Long> running =
        LongStream.generate(() -> 1 + random.nextLong(end))
            .limit(random.nextInt(40))
            .filter(number -> number < end)
            .distinct()
            .sorted()
            .boxed()
            .toList();
    return new TailMark(end, running, 1 + random.nextLong(end), TestRecords.NOW_MICROS);
  }

  private TailPosition any() {
    Within within =
        random.nextBoolean()
            ? new Within(anyMark(), -random.nextInt(), random.nextLong(Long.MAX_VALUE))
            : null;
    return new TailPosition(anyMark(), within);
  }

  @Test
  void shouldReadWhatItWrites() {
    for (int i = 0; i < 1000; i++) {
      TailPosition position = any();
      assertEquals(Optional.of(position), TailPosition.parse(position.text()));
    }
  }

  @Test
  void shouldFitIntoAHeaderWhenVeryManyTransactionsWereRunning() {
    List<Long> running =
        LongStream.range(0, TailMark.MAX_RUNNING).map(i -> (1L << 40) + 300 * i).boxed().toList();
    TailMark mark = new TailMark(1L << 50, running, 1L << 49, TestRecords.NOW_MICROS);
    TailPosition position = new TailPosition(mark, Within.beginning(mark));
    assertTrue(position.text().length() <= TailPosition.MAX_CHARS);
    assertEquals(Optional.of(position), TailPosition.parse(position.text()));
  }

  @Test
  void shouldReadNothingElse() {
    for (String text :
        List.of("", "A", "AQ", "=", "ä", "AQ==", "now", "0", "-1", "A".repeat(5000))) {
      assertEquals(Optional.empty(), TailPosition.parse(text), text);
    }
    for (int i = 0; i < 2000; i++) {
      String good = any().text();
      int at = random.nextInt(good.length());
      String cut = good.substring(0, at);
      assertEquals(Optional.empty(), TailPosition.parse(cut), cut);
      assertEquals(Optional.empty(), TailPosition.parse(good + "AA"), good);
      assertEquals(Optional.empty(), TailPosition.parse(good + "="), good);
      // Whatever else is read is written the same way.
      byte[] bytes = Base64.getUrlDecoder().decode(good);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      String changed = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      TailPosition.parse(changed).ifPresent(read -> assertEquals(changed, read.text()));
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      String text = new String(noise, StandardCharsets.ISO_8859_1);
      assertEquals(Optional.empty(), TailPosition.parse(text), text);
    }
  }

  @Test
  void shouldWriteASnapshotAsPostgresDoes() {
    assertEquals("7:7:", new TailMark(7, List.of(), 6, 0).snapshot());
    assertEquals("3:7:3,5", new TailMark(7, List.of(3L, 5L), 6, 0).snapshot());
    assertEquals("10:10:", new TailMark(7, List.of(3L, 5L), 6, 0).skippedTo(9).snapshot());
  }
}
