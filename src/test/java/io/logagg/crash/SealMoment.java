package io.logagg.crash;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Watches which step is under way, by the statements of the one who has the lock of moving. For one
 * thread.
 */
final class SealMoment implements AutoCloseable {
  /**
   * See io.logagg.persistence.MoveLock: the halves of its number. Blocks that are made aside are
   * made without it.
   */
  private static final String HOLDERS =
      """
      SELECT l.pid, l.mode = 'ExclusiveLock' AS alone, a.query, a.xact_start::text
      FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.classid = x'6C6F'::int::oid AND l.objid = x'6761676D'::int::oid
      UNION ALL
      SELECT a.pid, true, a.query, a.xact_start::text FROM pg_stat_activity a
      WHERE a.state <> 'idle' AND a.pid <> pg_backend_pid()
        AND (a.query LIKE 'SELECT coalesce(sum(octet_length%' OR a.query LIKE 'INSERT INTO staged%')
      ORDER BY 2 DESC""";

  private final Connection connection;
  private final PreparedStatement holders;
  private String transaction = "";
  private Optional<Step> step = Optional.empty();
  private int pid;

  /** What is under way. */
  enum Step {
    /** Rows become a block. */
    SEAL,
    /** Blocks that were made aside take the place of rows. */
    SWAP,
    /** A block becomes rows. */
    UNSEAL,
    /** Two blocks become one. */
    JOIN,
    /** Records of a block are deleted or changed. */
    EDIT,
    /** A partition without rows is dropped. */
    DROP
  }

  SealMoment(Connection connection) throws SQLException {
    this.connection = connection;
    this.holders = connection.prepareStatement(HOLDERS);
  }

  /** The step that is under way now, as far as its statements have told. */
  Optional<Step> now() throws SQLException {
    try (ResultSet rows = holders.executeQuery()) {
      while (rows.next()) {
        boolean alone = rows.getBoolean(2);
        Optional<Step> found = step(alone, rows.getString(3));
        String its = rows.getInt(1) + " " + rows.getString(4);
        if (!its.equals(transaction)) {
          transaction = its;
          step = Optional.empty();
        }
        // A join is told by the statement that looks for two, not by those after it.
        step = step.isPresent() ? step : found;
        if (step.isPresent()) {
          pid = rows.getInt(1);
          return step;
        }
      }
    }
    return Optional.empty();
  }

  /** PostgreSQL's process that does it. */
  int pid() {
    return pid;
  }

  private static Optional<Step> step(boolean alone, String query) {
    if (!alone) {
      boolean ofBlock = query.contains("FROM blocks WHERE since") || query.contains("INTO blocks");
      return ofBlock ? Optional.of(Step.EDIT) : Optional.empty();
    }
    if (query.contains("AS next_first_seq")) {
      return Optional.of(Step.JOIN);
    }
    if (query.contains("sum(octet_length")
        || query.startsWith("DELETE FROM logs_")
        || query.startsWith("INSERT INTO staged")) {
      return Optional.of(Step.SEAL);
    }
    if (query.contains("ONLY blocks") || query.contains("TABLE staged")) {
      return Optional.of(Step.SWAP);
    }
    if (query.startsWith("INSERT INTO logs")) {
      return Optional.of(Step.UNSEAL);
    }
    return query.startsWith("DROP TABLE") || query.contains("LOCK TABLE ONLY logs")
        ? Optional.of(Step.DROP)
        : Optional.empty();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
