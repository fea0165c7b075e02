package io.logagg.pattern;

import java.util.BitSet;
import java.util.List;

/** Rows of one template. */
final class Group<T> {
  private final List<Row<T>> rows;
  private final BitSet varies;

  /**
   * At least one row, all of the same width.
   *
   * @param varies the columns whose words are not all the same
   */
  Group(List<Row<T>> rows, BitSet varies) {
    this.rows = rows;
    this.varies = varies;
  }

  List<Row<T>> rows() {
    return rows;
  }

  int width() {
    return rows.get(0).width();
  }

  boolean varies(int column) {
    return varies.get(column);
  }

  /** Of a column that does not vary. */
  int word(int column) {
    return rows.get(0).word(column);
  }

  /** How many messages its rows stand for. */
  long count() {
    return rows.stream().mapToLong(row -> row.signature().count()).sum();
  }
}
