package io.logagg.persistence;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;

/** What a batch of one statement did in all. */
final class RowCounts {
  private RowCounts() {}

  /** Adds up the rows of each of its executions. */
  static int sum(RowSet<Row> batch) {
    int rows = 0;
    for (RowSet<Row> step = batch; step != null; step = step.next()) {
      rows += step.rowCount();
    }
    return rows;
  }
}
