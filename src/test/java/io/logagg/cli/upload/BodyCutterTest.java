package io.logagg.cli.upload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BodyCutterTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static BodyCutter cutter(InputStream in, TextFormat format, Long... cuts) {
    return new BodyCutter(in, format, new ContentHash(), 0, 1, List.of(cuts));
  }

  private static List<Body> all(BodyCutter cutter) {
    List<Body> bodies = new ArrayList<>();
    for (Body body = cutter.next(); body != null; body = cutter.next()) {
      bodies.add(body);
    }
    return bodies;
  }

  private static List<Body> all(String text, TextFormat format, Long... cuts) {
    return all(cutter(new ByteArrayInputStream(bytes(text)), format, cuts));
  }

  /** So many bytes at a time at most. */
  private static InputStream slow(byte[] bytes, Random random) {
    InputStream all = new ByteArrayInputStream(bytes);
    return new InputStream() {
      @Override
      public int read() {
        throw new UnsupportedOperationException();
      }

      @Override
      public int read(byte[] into, int from, int count) throws IOException {
        return all.read(into, from, Math.min(count, 1 + random.nextInt(100_000)));
      }
    };
  }

  private static String lines(int count, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("{\"n\":%d,\"m\":\"%s\"}\n".formatted(i, "x".repeat(length)));
    }
    return text.toString();
  }

  @Test
  void shouldCutAlikeHoweverTheBytesCome() {
    byte[] bytes = bytes(lines(9000, 200) + lines(5000, 5) + lines(3, 700_000));
    Random random = new Random(3);
    List<Body> once = all(cutter(new ByteArrayInputStream(bytes), TextFormat.NDJSON));
    for (int i = 0; i < 5; i++) {
      List<Body> again = all(cutter(slow(bytes, random), TextFormat.NDJSON));
      assertEquals(
          once.stream().map(Body::contentHash).toList(),
          again.stream().map(Body::contentHash).toList());
    }
  }

  @Test
  void shouldHandOnEveryByteOnceInBodiesOfBoundedSize() throws IOException {
    byte[] bytes = bytes(lines(9000, 200) + lines(5000, 5) + lines(3, 700_000));
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    long line = 1;
    for (Body body : all(cutter(new ByteArrayInputStream(bytes), TextFormat.NDJSON))) {
      assertEquals(joined.size(), body.offset());
      assertEquals(line, body.firstLine());
      joined.write(body.bytes());
      line += body.lines();
      assertTrue(
          body.lines() == 1
              || (body.bytes().length <= BodyCutter.BODY_BYTES
                  && body.lines() <= BodyCutter.BODY_LINES));
    }
    assertEquals(
        new String(bytes, StandardCharsets.UTF_8), joined.toString(StandardCharsets.UTF_8));
    assertEquals(1 + 9000 + 5000 + 3, line);
  }

  @Test
  void shouldGoOnFromAnyBodyAsIfItHadBegunAtTheFirst() throws IOException {
    byte[] bytes = bytes(lines(9000, 200));
    List<Body> once = all(cutter(new ByteArrayInputStream(bytes), TextFormat.NDJSON));
    Body second = once.get(1);
    ContentHash hash = new ContentHash();
    hash.add(bytes, 0, (int) second.offset());
    InputStream rest = new ByteArrayInputStream(bytes);
    rest.skipNBytes(second.offset());
    BodyCutter cutter =
        new BodyCutter(
            rest, TextFormat.NDJSON, hash, second.offset(), second.firstLine(), List.of());
    assertEquals(
        once.stream().skip(1).map(Body::contentHash).toList(),
        all(cutter).stream().map(Body::contentHash).toList());
  }

  @Test
  void shouldCutWhereTheFileEndedBefore() {
    String before = lines(10, 20);
    List<Body> then = all(before, TextFormat.NDJSON);
    List<Body> now = all(before + lines(10, 30), TextFormat.NDJSON, (long) before.length());
    assertEquals(2, now.size());
    assertEquals(then.get(0).contentHash(), now.get(0).contentHash());
    // In the middle of a line that has grown, too.
    List<Body> text = all("one\ntwo\nthree and more\n", TextFormat.TEXT, 13L);
    assertEquals("one\ntwo\nthree", new String(text.get(0).bytes(), StandardCharsets.UTF_8));
    assertEquals(" and more\n", new String(text.get(1).bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void shouldNotCutWithinAStackTrace() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      text.append("java.lang.Error: no ").append(i).append('\n');
      text.append("\tat a.B.c(B.java:1)\n".repeat(20))
          .append("Caused by: x\n  at d.E.f(E.java:2)\n");
    }
    List<Body> bodies = all(text.toString(), TextFormat.TEXT);
    assertTrue(bodies.size() > 5, () -> bodies.size() + " bodies");
    for (Body body : bodies) {
      assertTrue(new String(body.bytes(), StandardCharsets.UTF_8).startsWith("java.lang.Error"));
    }
  }

  @Test
  void shouldLeaveALastLineOfJsonThatIsStillBeingWritten() {
    BodyCutter cutter =
        cutter(new ByteArrayInputStream(bytes("{\"a\":1}\n{\"a\":")), TextFormat.NDJSON);
    assertEquals("{\"a\":1}\n", new String(all(cutter).get(0).bytes(), StandardCharsets.UTF_8));
    assertEquals(5, cutter.unfinishedBytes());
    BodyCutter whole = cutter(new ByteArrayInputStream(bytes("{\"a\":1} ")), TextFormat.NDJSON);
    assertEquals(1, all(whole).size());
    assertEquals(0, whole.unfinishedBytes());
    assertEquals(1, all("a last line", TextFormat.TEXT).size());
    assertEquals(0, all("", TextFormat.TEXT).size());
  }

  @Test
  void shouldHandOnWhatIsBeforeTheDamageAndTellIt() {
    InputStream damaged =
        new InputStream() {
          private boolean read;

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] into, int from, int count) throws IOException {
            if (read) {
              throw new IOException("crc");
            }
            read = true;
            byte[] some = bytes("one\ntwo\nthr");
            System.arraycopy(some, 0, into, from, some.length);
            return some.length;
          }
        };
    BodyCutter cutter = cutter(damaged, TextFormat.TEXT);
    Body body = cutter.next();
    assertNotNull(body);
    assertEquals("one\ntwo\n", new String(body.bytes(), StandardCharsets.UTF_8));
    assertNull(cutter.next());
    assertNotNull(cutter.damage());
  }

  @Test
  void shouldFindItsLines() {
    Body body = all("one\n\nthree", TextFormat.TEXT).get(0);
    assertEquals("one", new String(body.line(1), StandardCharsets.UTF_8));
    assertEquals("", new String(body.line(2), StandardCharsets.UTF_8));
    assertEquals("three", new String(body.line(3), StandardCharsets.UTF_8));
    assertEquals("", new String(body.line(4), StandardCharsets.UTF_8));
  }

  @Test
  void shouldTellFormatsByTheirFirstCharacter() {
    assertEquals(TextFormat.NDJSON, TextFormat.of(bytes(" \n{\"a\":1}"), 9));
    byte[] marked = bytes("\uFEFF{\"a\":1}");
    assertEquals(TextFormat.NDJSON, TextFormat.of(marked, marked.length));
    assertEquals(TextFormat.TEXT, TextFormat.of(bytes("2026-11-24 {x}"), 14));
    assertEquals(TextFormat.TEXT, TextFormat.of(new byte[0], 0));
  }
}
