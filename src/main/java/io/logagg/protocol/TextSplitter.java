package io.logagg.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Makes a record of each line of a text, with the line as its message; of the lines of a stack
 * trace only one, see {@link MultilineJoiner}. Empty lines are passed over.
 */
public final class TextSplitter implements BodySplitter {
  private static final String SENDER = "";

  /** A text grows by its escapes, and in UTF-8. */
  private static final int MAX_BYTES_PER_CHAR = 4;

  private final SliceSink sink;
  private final LineSplitter lines;
  private final RecordJson out;
  private final MultilineJoiner<Long> joiner;
  private final boolean joins;

  /**
   * For one body.
   *
   * @param joins whether lines of stack traces are joined
   */
  public TextSplitter(SliceSink sink, int maxBytes, boolean joins) {
    this.sink = sink;
    this.joins = joins;
    this.out = new RecordJson(maxBytes);
    this.joiner = new MultilineJoiner<>(maxBytes / MAX_BYTES_PER_CHAR, this::write);
    this.lines =
        LineSplitter.ofText(
            new SliceSink() {
              @Override
              public void slice(long line, byte[] bytes, int from, int to) {
                take(line, new String(bytes, from, to - from, StandardCharsets.UTF_8));
              }

              @Override
              public void oversize(long line, byte[] prefix, int from, int to, long length) {
                joiner.flush();
                sink.oversize(line, prefix, from, to, length);
              }
            },
            maxBytes);
  }

  /** All lines come at once: how much time lies between them is not known. */
  private void take(long line, String text) {
    if (joins) {
      joiner.add(SENDER, line, text, 0);
    } else {
      write(line, text);
    }
  }

  private void write(long line, String text) {
    if (!text.isBlank()) {
      out.message(text).slice(sink, line);
    }
  }

  @Override
  public void feed(byte[] bytes, int from, int to) {
    lines.feed(bytes, from, to);
  }

  @Override
  public int heldBytes() {
    return lines.heldBytes() + joiner.heldChars();
  }

  @Override
  public boolean end() {
    boolean all = lines.end();
    joiner.flush();
    return all;
  }
}
