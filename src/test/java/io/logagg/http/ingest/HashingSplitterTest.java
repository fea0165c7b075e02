package io.logagg.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.persistence.RequestLedger.BodyRead;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.logagg.record.Defaults;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HashingSplitterTest {
  private static final int HEAD = HashingSplitter.HEAD_BYTES;

  /** Keeps what went on. */
  private static final class Recording implements BodySplitter {
    private final StringBuilder text = new StringBuilder();
    private boolean ended;

    @Override
    public void feed(byte[] bytes, int from, int to) {
      text.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public int heldBytes() {
      return 0;
    }

    @Override
    public boolean end() {
      ended = true;
      return true;
    }
  }

  private final Recording target = new Recording();

  private HashingSplitter after(@Nullable BodyRead before) {
    return new HashingSplitter(target, Defaults.NONE, before);
  }

  private static void feed(HashingSplitter to, String text, int step) throws FramingException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += step) {
      to.feed(bytes, at, Math.min(bytes.length, at + step));
    }
  }

  private static BodyRead read(String text, boolean whole) throws FramingException {
    HashingSplitter splitter = new HashingSplitter(HashingSplitter.NOWHERE, Defaults.NONE, null);
    feed(splitter, text, 1000);
    if (whole) {
      splitter.end();
    }
    return splitter.read();
  }

  private static String text(int length) {
    return "0123456".repeat(length / 7 + 1).substring(0, length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, HEAD - 1, HEAD, HEAD + 1, 3 * HEAD})
  void shouldLetTheSameBodyPass(int length) throws FramingException {
    String same = text(length);
    for (boolean whole : new boolean[] {true, false}) {
      for (int step : new int[] {977, 65_536, 1 << 20}) {
        target.text.setLength(0);
        HashingSplitter splitter = after(read(same, whole));
        feed(splitter, same, step);
        splitter.end();
        assertEquals(same, target.text.toString());
        assertTrue(splitter.matches() && target.ended);
        assertEquals(read(same, true), splitter.read());
      }
    }
  }

  @Test
  void shouldLetABodyGoOnBehindWhereTheFirstBrokeOff() throws FramingException {
    for (int length : new int[] {5, HEAD, 2 * HEAD}) {
      target.text.setLength(0);
      HashingSplitter splitter = after(read(text(length), false));
      feed(splitter, text(length + 100), 1000);
      splitter.end();
      assertEquals(text(length + 100), target.text.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, HEAD})
  void shouldLetNothingOfAnotherBodyPass(int length) throws FramingException {
    for (String other : new String[] {"x" + text(2 * HEAD), text(length - 1)}) {
      HashingSplitter splitter = after(read(text(length), false));
      assertThrows(
          FramingException.class,
          () -> {
            feed(splitter, other, 1000);
            splitter.end();
          });
      assertTrue(splitter.differs());
      assertEquals("", target.text.toString());
    }
  }

  @Test
  void shouldTakeABodyThatWasReadToItsEndAsAllOfIt() throws FramingException {
    HashingSplitter splitter = after(read("[r,r,r", true));
    assertThrows(FramingException.class, () -> feed(splitter, "[r,r,r]", 100));
    assertTrue(splitter.differs());
    assertEquals("", target.text.toString());
    HashingSplitter empty = after(read("", true));
    assertThrows(FramingException.class, () -> feed(empty, "r", 1));
  }

  @Test
  void shouldSeeALateDifferenceAtTheLatestWhereTheFirstBrokeOff() throws FramingException {
    HashingSplitter splitter = after(read(text(2 * HEAD), false));
    String other = text(2 * HEAD - 1) + "x";
    assertThrows(FramingException.class, () -> feed(splitter, other, 1000));
    assertTrue(splitter.differs());
  }

  @Test
  void shouldHoldAndCountWhatWasNotCompared() throws FramingException {
    HashingSplitter splitter = after(read(text(100), false));
    feed(splitter, text(99), 10);
    assertEquals(99, splitter.heldBytes());
    assertFalse(splitter.matches() || splitter.differs());
    feed(splitter, text(100).substring(99), 1);
    assertEquals(0, splitter.heldBytes());
  }

  @Test
  void shouldTellDefaultsApart() throws FramingException {
    Defaults shop = new Defaults("shop", null, null);
    HashingSplitter splitter = new HashingSplitter(target, shop, read("r", true));
    assertThrows(FramingException.class, () -> feed(splitter, "r", 1));
    assertEquals("", target.text.toString());
  }
}
