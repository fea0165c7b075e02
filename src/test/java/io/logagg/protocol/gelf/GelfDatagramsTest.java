package io.logagg.protocol.gelf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.protocol.RecordingSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class GelfDatagramsTest {
  private static final int MAX = 1000;

  private final RecordingSink sink = new RecordingSink();
  private final AtomicLong nanos = new AtomicLong();
  private int incomplete;
  private final GelfDatagrams datagrams =
      new GelfDatagrams(sink, MAX, nanos::get, count -> incomplete += count);

  private static byte[] chunk(int id, int number, int count, String text) {
    byte[] bytes = new byte[12 + text.length()];
    Arrays.fill(bytes, 2, 10, (byte) id);
    bytes[0] = 0x1e;
    bytes[1] = 0x0f;
    bytes[10] = (byte) number;
    bytes[11] = (byte) count;
    System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, 12, text.length());
    return bytes;
  }

  private void take(byte[]... taken) {
    for (byte[] each : taken) {
      datagrams.take("p", each);
    }
  }

  @Test
  void shouldPutChunksTogetherInWhateverOrder() {
    take(chunk(1, 2, 3, "c"), chunk(2, 0, 1, "z"), chunk(1, 0, 3, "a"), chunk(1, 1, 3, "b"));
    assertEquals(List.of("1:z", "1:abc"), sink.slices());
    assertEquals(0, incomplete);
  }

  @Test
  void shouldKeepSendersApart() {
    datagrams.take("p", chunk(1, 0, 2, "a"));
    datagrams.take("q", chunk(1, 1, 2, "y"));
    assertEquals(List.of(), sink.slices());
    datagrams.take("p", chunk(1, 1, 2, "b"));
    assertEquals(List.of("1:ab"), sink.slices());
  }

  @Test
  void shouldWaitForFiveSecondsOnly() {
    take(chunk(1, 0, 3, "a"), chunk(1, 2, 3, "c"));
    nanos.set(5_000_000_000L);
    datagrams.expire();
    assertEquals(0, incomplete);
    nanos.set(5_000_000_001L);
    datagrams.expire();
    assertEquals(2, incomplete);
    take(chunk(1, 1, 3, "b"));
    assertEquals(List.of(), sink.slices());
  }

  @Test
  void shouldPassOverChunksThatComeTwice() {
    take(chunk(1, 0, 2, "a"), chunk(1, 0, 2, "x"), chunk(1, 0, 3, "y"), chunk(1, 1, 2, "b"));
    assertEquals(List.of("1:ab"), sink.slices());
    assertEquals(2, incomplete);
  }

  @Test
  void shouldHandOnWhatIsNoChunk() {
    take(chunk(1, 2, 2, ""), chunk(1, 0, 129, ""), new byte[] {0x1e, 0x0f, 1}, new byte[] {'{'});
    assertEquals(4, sink.slices().size());
    assertEquals(0, incomplete);
  }

  @Test
  void shouldHoldSoMuchOnly() {
    String large = "x".repeat(60_000);
    for (int i = 0; i < 279; i++) {
      datagrams.take("p" + i, chunk(1, 0, 2, large));
    }
    assertEquals(1, incomplete);
  }

  @Test
  void shouldHoldSoManyOnlyThoughTheyAreEmpty() {
    for (int i = 0; i < 100_000; i++) {
      datagrams.take("p" + i, chunk(1, 0, 128, ""));
    }
    assertTrue(incomplete > 90_000, () -> "given up: " + incomplete);
  }

  @Test
  void shouldInflate() throws IOException {
    take(zipped(true, "{\"a\":1}"), zipped(false, "{\"b\":2}"));
    assertEquals(List.of("1:{\"a\":1}", "1:{\"b\":2}"), sink.slices());
  }

  @Test
  void shouldInflateSoMuchOnly() throws IOException {
    take(zipped(true, "x".repeat(MAX)), zipped(true, "x".repeat(100_000)));
    assertEquals(List.of("1:" + "x".repeat(MAX), "1>1001:" + "x".repeat(MAX)), sink.slices());
  }

  @Test
  void shouldHandOnWhatCannotBeInflated() throws IOException {
    byte[] bytes = zipped(true, "{\"a\":1}");
    byte[] broken = Arrays.copyOf(bytes, bytes.length - 9);
    take(broken);
    assertEquals(List.of("1:" + new String(broken, StandardCharsets.ISO_8859_1)), sink.slices());
  }

  @Test
  void shouldInflateWhatHasANameAndACommentInItsHeader() throws IOException {
    byte[] bytes = zipped(true, "{\"a\":1}");
    ByteArrayOutputStream named = new ByteArrayOutputStream();
    named.write(bytes, 0, 3);
    named.write(8 | 16);
    named.write(bytes, 4, 6);
    named.writeBytes("name\0comment\0".getBytes(StandardCharsets.ISO_8859_1));
    named.write(bytes, 10, bytes.length - 10);
    take(named.toByteArray());
    assertEquals(List.of("1:{\"a\":1}"), sink.slices());
    byte[] unended = Arrays.copyOf(named.toByteArray(), 20);
    take(unended);
    assertEquals("1:" + new String(unended, StandardCharsets.ISO_8859_1), sink.slices().get(1));
  }

  private static byte[] zipped(boolean gzip, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = gzip ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toByteArray();
  }
}
