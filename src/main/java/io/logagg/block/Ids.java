package io.logagg.block;

import java.util.List;

/**
 * What identifies the records, in order: times as differences; numbers as differences from the
 * nearest of those that processes went on with, since each process counts from a start of its own.
 */
public final class Ids {
  /** Processes whose numbers are told apart; more cost bytes, nothing else. */
  private static final int COUNTERS = 16;

  private final long[] timestampMicros;
  private final long[] seqs;

  private Ids(long[] timestampMicros, long[] seqs) {
    this.timestampMicros = timestampMicros;
    this.seqs = seqs;
  }

  /** In microseconds since the Unix epoch. */
  public long timestampMicros(int row) {
    return timestampMicros[row];
  }

  public long seq(int row) {
    return seqs[row];
  }

  static void write(ColumnWriter out, List<BlockRow> rows) {
    long before = 0;
    for (BlockRow row : rows) {
      out.zigzag(row.timestampMicros() - before);
      before = row.timestampMicros();
    }
    long[] counters = new long[COUNTERS];
    for (BlockRow row : rows) {
      int nearest = nearest(counters, row.seq());
      out.varint(nearest);
      out.zigzag(row.seq() - counters[nearest]);
      goOn(counters, nearest, row.seq());
    }
  }

  private static int nearest(long[] counters, long seq) {
    int nearest = 0;
    for (int i = 1; i < COUNTERS; i++) {
      if (Math.abs(seq - counters[i]) < Math.abs(seq - counters[nearest])) {
        nearest = i;
      }
    }
    // Far from all of them: another process, in the place of the one that was quiet for longest.
    return Math.abs(seq - counters[nearest]) < 1L << 40 ? nearest : COUNTERS - 1;
  }

  /** The one that went on comes first. */
  private static void goOn(long[] counters, int index, long seq) {
    System.arraycopy(counters, 0, counters, 1, index);
    counters[0] = seq;
  }

  static Ids read(byte[] content, int rows) {
    ColumnReader in = new ColumnReader(content, 0, content.length);
    long[] times = new long[rows];
    long before = 0;
    for (int i = 0; i < rows; i++) {
      before += in.zigzag();
      times[i] = before;
    }
    long[] seqs = new long[rows];
    long[] counters = new long[COUNTERS];
    for (int i = 0; i < rows; i++) {
      int index = in.upTo(COUNTERS - 1);
      seqs[i] = counters[index] + in.zigzag();
      goOn(counters, index, seqs[i]);
    }
    in.mustEnd();
    return new Ids(times, seqs);
  }
}
