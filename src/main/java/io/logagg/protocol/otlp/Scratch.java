package io.logagg.protocol.otlp;

import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import java.nio.charset.StandardCharsets;

/** A JSON object that is written for its text. Not thread-safe. */
final class Scratch implements SliceSink {
  private static final String ONLY = "v";

  private final RecordJson json = new RecordJson(Integer.MAX_VALUE);
  private String taken = "";

  /** Its fields go here. */
  RecordJson json() {
    return json;
  }

  /** The name for an object of one field, for {@link #takeOnly}. */
  static String only() {
    return ONLY;
  }

  /** What was written since the last time. */
  String take() {
    json.slice(this, 0);
    return taken;
  }

  /** Of an object of the one field {@link #only}, its value. */
  String takeOnly() {
    String object = take();
    return object.substring(ONLY.length() + 4, object.length() - 1);
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    taken = new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    throw new IllegalStateException("no JSON of a body has " + length + " bytes");
  }
}
