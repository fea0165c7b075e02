package io.logagg.block;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** The texts of a column, as UTF-8 one behind the other. */
public final class Texts {
  private final byte[] bytes;
  private final int from;
  private final int[] ends;

  private Texts(byte[] bytes, int from, int[] ends) {
    this.bytes = bytes;
    this.from = from;
    this.ends = ends;
  }

  /** All lengths, then all bytes. */
  static void write(ColumnWriter out, List<BlockRow> rows, Function<BlockRow, String> text) {
    byte[][] all = new byte[rows.size()][];
    for (int i = 0; i < all.length; i++) {
      all[i] = text.apply(rows.get(i)).getBytes(StandardCharsets.UTF_8);
      out.varint(all[i].length);
    }
    for (byte[] one : all) {
      out.bytes(one);
    }
  }

  static Texts read(byte[] content, int rows) {
    ColumnReader in = new ColumnReader(content, 0, content.length);
    int[] ends = new int[rows];
    int total = 0;
    for (int i = 0; i < rows; i++) {
      total += in.upTo(content.length - total);
      ends[i] = total;
    }
    int from = in.skip(total);
    in.mustEnd();
    for (int i = 0; i < rows; i++) {
      ends[i] += from;
    }
    return new Texts(content, from, ends);
  }

  public int count() {
    return ends.length;
  }

  /** What all of them stand in, to be searched; not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where a text begins in the bytes. */
  public int start(int index) {
    return index == 0 ? from : ends[index - 1];
  }

  /** Behind it. */
  public int end(int index) {
    return ends[index];
  }

  public String get(int index) {
    int start = start(index);
    return new String(bytes, start, ends[index] - start, StandardCharsets.UTF_8);
  }
}
