package io.logagg.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.Timestamps;
import io.logagg.testing.TestRecords;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class PackCodecTest {
  @Test
  void shouldReadWhatItWroteOfRandomBatches() {
    for (int seed = 0; seed < 200; seed++) {
      TestRecords records = new TestRecords(seed);
      RecordBatch batch = records.batch(1 + new Random(seed).nextInt(50));
      assertEquals(batch, PackCodec.decode(PackCodec.encode(batch)), "seed " + seed);
    }
  }

  @Test
  void shouldReadWhatItWroteOfOneSmallRecord() {
    RecordBatch batch = RecordBatch.of(List.of(new TestRecords(1).of("app", "")));
    byte[] entry = PackCodec.encode(batch);
    assertEquals(0, entry[1], "too small to be worth compressing");
    assertEquals(batch, PackCodec.decode(entry));
  }

  @Test
  void shouldReadWhatItWroteOfLargeTexts() {
    TestRecords records = new TestRecords(2);
    LogRecord large = records.of("app", records.text(700_000));
    RecordBatch batch = new RecordBatch(new UUID(1, 2), List.of(large, records.any()));
    byte[] entry = PackCodec.encode(batch);
    assertEquals(1, entry[1], "compressed");
    assertEquals(batch, PackCodec.decode(entry));
  }

  @Test
  void shouldKeepTheOldestAndTheNewestTime() {
    TestRecords records = new TestRecords(3);
    RecordBatch batch =
        RecordBatch.of(
            List.of(
                records.at(Timestamps.MIN_MICROS, "app", "first"),
                records.at(Timestamps.MAX_MICROS, "app", "last")));
    assertEquals(batch, PackCodec.decode(PackCodec.encode(batch)));
  }

  @Test
  void shouldRefuseEveryTruncation() {
    for (int count : new int[] {1, 3, 40}) {
      byte[] entry = PackCodec.encode(new TestRecords(count).batch(count));
      for (int length = 0; length < entry.length; length++) {
        byte[] cut = Arrays.copyOf(entry, length);
        assertThrows(IllegalArgumentException.class, () -> PackCodec.decode(cut));
      }
    }
  }

  @Test
  void shouldRefuseEveryChangedByte() {
    for (int count : new int[] {1, 40}) {
      byte[] entry = PackCodec.encode(new TestRecords(count).batch(count));
      for (int i = 0; i < entry.length; i++) {
        byte[] changed = entry.clone();
        changed[i] ^= (byte) (1 << i % 8);
        assertThrows(IllegalArgumentException.class, () -> PackCodec.decode(changed));
      }
    }
  }

  private static byte[] sealed(byte[] entry) {
    return PackCodec.sealed(Arrays.copyOf(entry, entry.length + Integer.BYTES));
  }

  @Test
  void shouldRefuseOrReadWhatWasChangedAtRandom() {
    Random random = new Random(4);
    for (int round = 0; round < 20_000; round++) {
      byte[] entry = PackCodec.encode(new TestRecords(round % 50).batch(1 + round % 20));
      for (int i = random.nextInt(3); i >= 0; i--) {
        entry[random.nextInt(entry.length - Integer.BYTES)] = (byte) random.nextInt();
      }
      assertRefusedOrSound(PackCodec.sealed(entry)); // As if it had been written so.
    }
  }

  @Test
  void shouldRefuseOrReadRandomBytes() {
    Random random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      byte[] entry = new byte[random.nextInt(200)];
      random.nextBytes(entry);
      if (entry.length > 1) {
        entry[0] = 2;
        entry[1] = (byte) random.nextInt(2);
      }
      assertRefusedOrSound(sealed(entry));
    }
  }

  private static void assertRefusedOrSound(byte[] entry) {
    RecordBatch batch;
    try {
      batch = PackCodec.decode(entry);
    } catch (IllegalArgumentException expected) {
      return;
    }
    for (LogRecord record : batch.records()) {
      assertTrue(isTime(record.timestampMicros()) && isTime(record.receivedAtMicros()));
    }
  }

  private static boolean isTime(long micros) {
    return micros >= Timestamps.MIN_MICROS && micros <= Timestamps.MAX_MICROS;
  }

  @Test
  void shouldRefuseAVersionItDoesNotKnow() {
    assertRefused("version 1", 1, 0, 0);
    assertRefused("version 3", 3, 0, 0);
    assertRefused("compression 7", 2, 7, 0);
  }

  @Test
  void shouldNotReserveWhatABrokenEntryClaimsToNeed() {
    long before = usedBytes();
    byte[] huge = sealed(new byte[] {2, 1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F, 1, 2, 3});
    for (int i = 0; i < 100; i++) {
      assertThrows(IllegalArgumentException.class, () -> PackCodec.decode(huge));
    }
    // 255 MiB claimed by eleven bytes.
    byte[] large =
        sealed(
            new byte[] {
              2,
              1,
              (byte) 0x80,
              (byte) 0x80,
              (byte) 0x80,
              0x7F,
              0x28,
              (byte) 0xB5,
              0x2F,
              (byte) 0xFD,
              0
            });
    for (int i = 0; i < 100; i++) {
      assertThrows(IllegalArgumentException.class, () -> PackCodec.decode(large));
    }
    assertTrue(usedBytes() - before < 64 << 20, "allocated " + (usedBytes() - before) + " bytes");
  }

  /** All that this thread has ever allocated. */
  private static long usedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  @Test
  void shouldRefuseCountsBeyondTheirBytes() {
    PackWriter body = new PackWriter(new byte[64]);
    body.varint(2);
    body.varint(0);
    body.uuid(new UUID(1, 2));
    body.varint(Integer.MAX_VALUE);
    byte[] entry = sealed(Arrays.copyOf(body.array(), body.size()));
    assertThrows(IllegalArgumentException.class, () -> PackCodec.decode(entry));
  }

  private static void assertRefused(String reason, int... bytes) {
    byte[] entry = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      entry[i] = (byte) bytes[i];
    }
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PackCodec.decode(sealed(entry)));
    assertTrue(e.getMessage().contains(reason), e::getMessage);
  }
}
