package io.logagg.protocol.elastic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.SliceSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes bulk bodies apart for tests, and makes some. */
public final class BulkBodies {
  private BulkBodies() {}

  /** What came of a body: the records as they are handed on, and what is wrong with it or null. */
  record Split(List<String> records, ActionList actions, String fault) {}

  static Split split(String body, int maxRecordBytes, int chunkBytes, String urlIndex) {
    List<String> records = new ArrayList<>();
    ActionList actions = new ActionList();
    BodySplitter splitter =
        new BulkSplitter(
            new SliceSink() {
              @Override
              public void slice(long line, byte[] bytes, int from, int to) {
                records.add(new String(bytes, from, to - from, UTF_8));
              }

              @Override
              public void oversize(long line, byte[] prefix, int from, int to, long length) {
                records.add("oversize " + length);
              }
            },
            maxRecordBytes,
            actions,
            urlIndex);
    byte[] bytes = body.getBytes(UTF_8);
    try {
      for (int at = 0; at < bytes.length; at += chunkBytes) {
        byte[] chunk = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + chunkBytes));
        splitter.feed(chunk, 0, chunk.length);
        Arrays.fill(chunk, (byte) '#');
      }
      splitter.end();
      return new Split(records, actions, null);
    } catch (FramingException e) {
      return new Split(records, actions, e.getMessage());
    }
  }

  static Split split(String... lines) {
    return split(String.join("\n", lines) + "\n", 1 << 20, 1 << 20, null);
  }

  /** The record that a document in that index becomes. */
  static String record(String source) {
    return split("{\"index\":{\"_index\":\"shop\"}}", source).records().get(0);
  }

  /**
   * A body as Filebeat sends it, for measurements.
   *
   * @param first number of its documents
   */
  public static String filebeat(int first, int count) {
    StringBuilder body = new StringBuilder(count * 400);
    for (int i = first; i < first + count; i++) {
      body.append("{\"create\":{\"_index\":\"logs-shop-%d-default\"}}\n".formatted(i % 4))
          .append(
              ("{\"@timestamp\":\"2026-11-24T10:00:00.%03dZ\",\"log\":{\"level\":\"INFO\",\"offset\":%d},"
                      + "\"service\":{\"name\":\"cart\"},\"message\":\"GET /api/v1/orders/%d answered 200 in"
                      + " 42 ms for user 12345 (cached)\",\"trace\":{\"id\":"
                      + "\"00112233445566778899aabbccddeeff\"},\"host\":{\"name\":\"web-1\"}}\n")
                  .formatted(i % 1000, i, i));
    }
    return body.toString();
  }
}
