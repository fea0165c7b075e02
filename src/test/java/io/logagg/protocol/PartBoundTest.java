package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is read and what is written both count. */
final class PartBoundTest {
  private static final int RECORD_BYTES = 1000;

  private final RecordJson out = new RecordJson(RECORD_BYTES / 2);
  private final PartBound part = new PartBound(out::written, 2L * WholeBody.PART_BYTES);

  private void write(int records) {
    String text = "x".repeat(RECORD_BYTES - "{\"message\":\"\"}".length());
    for (int i = 0; i < records; i++) {
      out.message(text).slice(new RecordingSink(), 1);
    }
  }

  @Test
  void shouldEndAPartByWhatIsRead() throws FramingException {
    part.begin(7);
    assertFalse(part.isReached(7 + WholeBody.PART_BYTES - 1));
    assertTrue(part.isReached(7 + WholeBody.PART_BYTES));
  }

  @Test
  void shouldEndAPartByWhatIsWritten() throws FramingException {
    write(1);
    part.begin(0);
    write(WholeBody.PART_BYTES / RECORD_BYTES);
    assertFalse(part.isReached(0));
    write(1);
    assertTrue(part.isReached(0));
    part.begin(0);
    assertFalse(part.isReached(0));
  }

  @Test
  void shouldRefuseABodyWhoseRecordsAreTooLargeAltogether() throws FramingException {
    write(2 * WholeBody.PART_BYTES / RECORD_BYTES);
    assertTrue(part.isReached(0));
    write(1);
    assertEquals(
        "with what they share, its records have more than 1048576 bytes",
        assertThrows(FramingException.class, () -> part.isReached(0)).getMessage());
  }
}
