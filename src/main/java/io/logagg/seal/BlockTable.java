package io.logagg.seal;

import io.logagg.block.Block;
import io.logagg.block.Column;
import io.logagg.block.CorruptBlockException;
import io.logagg.filter.Sql;
import io.logagg.record.Timestamps;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The table of blocks: how each stands in it. Stateless. */
public final class BlockTable {
  private static final String INSERT =
      """
      INSERT INTO {table} (since, first_seq, until, last_seq, n, chars, apps, levels, ids, received, names, messages, metadata,
        source_ids, trigrams, vals)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)""";

  private static final String DELETE = "DELETE FROM blocks WHERE since = $1 AND first_seq = $2";

  private static final String APPS =
      "SELECT id, name FROM apps WHERE deleted_at IS NULL AND id = ANY($1)";

  /**
   * What a statement selects to make a {@link Header} of its first columns; of {@code blocks b}.
   */
  public static final String HEADER = "b.since, b.first_seq, b.until, b.last_seq, b.n, b.apps";

  private BlockTable() {}

  /**
   * What is known of a block without its columns.
   *
   * @param first the key of its first record, by which it is found
   * @param rows how many records
   * @param apps the numbers of its apps
   */
  public record Header(BlockKey first, BlockKey last, int rows, List<Integer> apps) {
    public Header {
      apps = List.copyOf(apps);
    }

    public static Header of(Row row) {
      return new Header(
          new BlockKey(Timestamps.micros(row.getOffsetDateTime(0)), row.getLong(1)),
          new BlockKey(Timestamps.micros(row.getOffsetDateTime(2)), row.getLong(3)),
          row.getInteger(4),
          List.of(row.getArrayOfIntegers(5)));
    }

    /** For people: which one it is. */
    public String name() {
      return "block %s/%d".formatted(Timestamps.utc(first.timestampMicros()), first.seq());
    }
  }

  public static Future<Void> insert(SqlConnection connection, SealedBlock made) {
    return insert(connection, "blocks", made);
  }

  /**
   * The same into another table of the same columns.
   *
   * @param table its name, one of ours
   */
  public static Future<Void> insert(SqlConnection connection, String table, SealedBlock made) {
    Map<Column, byte[]> columns = made.block().columns();
    Tuple parameters =
        Tuple.tuple()
            .addOffsetDateTime(Timestamps.utc(made.first().timestampMicros()))
            .addLong(made.first().seq())
            .addOffsetDateTime(Timestamps.utc(made.last().timestampMicros()))
            .addLong(made.last().seq())
            .addInteger(made.block().rows())
            .addLong(made.chars())
            .addArrayOfInteger(made.apps().toArray(Integer[]::new))
            .addArrayOfString(made.levels().toArray(String[]::new));
    for (Column column : Column.values()) {
      parameters.addBuffer(Buffer.buffer(columns.get(column)));
    }
    parameters.addBuffer(made.trigrams());
    parameters.addBuffer(made.values());
    return connection
        .preparedQuery(INSERT.replace("{table}", table))
        .execute(parameters)
        .mapEmpty();
  }

  public static Future<Void> delete(SqlConnection connection, Header header) {
    return connection
        .preparedQuery(DELETE)
        .execute(key(header))
        .compose(
            rows ->
                rows.rowCount() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(new IllegalStateException(header.name() + " is gone")));
  }

  private static Tuple key(Header header) {
    return Tuple.of(Timestamps.utc(header.first().timestampMicros()), header.first().seq());
  }

  /** Adds the names of these columns to a list of what is selected. */
  private static String names(Set<Column> columns) {
    List<String> names = new ArrayList<>();
    for (Column column : Column.values()) {
      if (columns.contains(column)) {
        names.add(column.name().toLowerCase(Locale.ROOT));
      }
    }
    return String.join(", ", names);
  }

  /**
   * Some columns of a block; empty if it is gone. Fails with a {@link CorruptBlockException} if the
   * block cannot have as many records as it says.
   */
  public static Future<Optional<Block>> columns(
      SqlConnection connection, Header header, Set<Column> columns) {
    String sql = "SELECT " + names(columns) + " FROM blocks WHERE since = $1 AND first_seq = $2";
    return connection
        .preparedQuery(sql)
        .execute(key(header))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(block(header, columns, rows.iterator().next())));
  }

  private static Block block(Header header, Set<Column> columns, Row row) {
    if (header.rows() < 1 || header.rows() > Block.MAX_ROWS) {
      throw new CorruptBlockException(header.name() + ": n is " + header.rows());
    }
    Map<Column, byte[]> read = new EnumMap<>(Column.class);
    int at = 0;
    for (Column column : Column.values()) {
      if (columns.contains(column)) {
        read.put(column, row.getBuffer(at++).getBytes());
      }
    }
    return new Block(header.rows(), read);
  }

  /** The names of those of some apps that are not deleted, by their numbers. */
  public static Future<Map<Integer, String>> apps(SqlConnection connection, List<Integer> ids) {
    return connection
        .preparedQuery(APPS)
        .execute(Tuple.tuple().addArrayOfInteger(ids.toArray(Integer[]::new)))
        .map(
            rows -> {
              Map<Integer, String> apps = new HashMap<>();
              rows.forEach(row -> apps.put(row.getInteger(0), row.getString(1)));
              return apps;
            });
  }

  /** The blocks that may hold a record; most often one. */
  public static Future<List<Header>> holding(SqlConnection connection, BlockKey key) {
    Sql sql = headers();
    String time = sql.parameter(Timestamps.utc(key.timestampMicros()));
    String seq = sql.parameter(key.seq());
    sql.add(" AND b.since <= " + time + " AND b.until >= " + time)
        .add(" AND (b.since, b.first_seq) <= (" + time + ", " + seq + ")")
        .add(" AND (b.until, b.last_seq) >= (" + time + ", " + seq + ")");
    return headers(connection, sql);
  }

  /** The headers that a statement selects. */
  public static Future<List<Header>> headers(SqlConnection connection, Sql sql) {
    return connection
        .preparedQuery(sql.text())
        .execute(Tuple.from(sql.parameters()))
        .map(
            rows -> {
              List<Header> headers = new ArrayList<>(rows.size());
              rows.forEach(row -> headers.add(Header.of(row)));
              return headers;
            });
  }

  /** Adds the condition that a block of {@code blocks b} is behind another in the order of keys. */
  public static void addBehind(Sql sql, BlockKey first) {
    String time = sql.parameter(Timestamps.utc(first.timestampMicros()));
    // The row comparison alone would not let PostgreSQL skip partitions.
    sql.add(" AND b.since >= " + time)
        .add(" AND (b.since, b.first_seq) > (" + time + ", ")
        .bind(first.seq())
        .add(")");
  }

  /** Begins a statement that selects headers of {@code blocks b}; conditions follow with AND. */
  public static Sql headers() {
    return new Sql().add("SELECT " + HEADER + " FROM blocks b WHERE true");
  }
}
