package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ByteScanTest {
  private static final int RUNS = 20_000;
  private static final byte[] TELLING = {'"', '\\', 0, 31, ' ', '!', '#', '[', ']', 127, -128, -1};

  private static byte[] random(Random random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      int kind = random.nextInt(8);
      if (kind == 0) {
        bytes[i] = TELLING[random.nextInt(TELLING.length)];
      } else if (kind < 7) {
        bytes[i] = 'a';
      }
    }
    return bytes;
  }

  @Test
  void shouldFindAByteWhereALoopFindsIt() {
    for (long seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = random(random);
      byte wanted = TELLING[random.nextInt(TELLING.length)];
      int from = random.nextInt(bytes.length + 1);
      int expected = from;
      while (expected < bytes.length && bytes[expected] != wanted) {
        expected++;
      }

      assertEquals(
          expected,
          ByteScan.indexOf(bytes, from, bytes.length, wanted),
          () -> wanted + " in " + Arrays.toString(bytes) + " from " + from);
    }
  }

  @Test
  void shouldEndPlainTextWhereALoopEndsIt() {
    for (long seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = random(random);
      int to = random.nextInt(bytes.length + 1);
      int expected = 0;
      while (expected < to
          && bytes[expected] >= ' '
          && bytes[expected] != '"'
          && bytes[expected] != '\\') {
        expected++;
      }

      assertEquals(
          expected,
          ByteScan.endOfPlainText(bytes, 0, to),
          () -> Arrays.toString(bytes) + " to " + to);
    }
  }
}
