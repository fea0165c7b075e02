package io.logagg.query;

import io.logagg.block.Column;
import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.pattern.PatternMiner;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.BlockMerge.Merged;
import io.logagg.query.BlockMerge.Shape;
import io.logagg.query.BlockMerge.Wanted;
import io.logagg.query.BlockScan.Page;
import io.logagg.query.LogSearch.Order;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockRecords;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Finds the templates of messages. Reads the newest records first, in chunks as {@link LogScan}
 * does, and works on a chunk outside of the event loop while the next one is read. Thread-safe.
 */
public final class LogPatterns {
  /** What a chunk should have, in characters of messages. */
  private static final int CHUNK_CHARS = 512 << 10;

  private static final int MIN_CHUNK_ROWS = 256;
  private static final int MAX_CHUNK_ROWS = 4096;

  private static final PatternMiner.Limits MINER = PatternMiner.Limits.USUAL;

  private final Vertx vertx;
  private final Database database;
  private final Limits limits;

  public LogPatterns(Vertx vertx, Database database, Limits limits) {
    this.vertx = vertx;
    this.database = database;
    this.limits = limits;
  }

  /**
   * How much one answer may take.
   *
   * @param rows that are looked at
   * @param budgetMs for how long further chunks are begun
   * @param members ids of records that are listed
   */
  public record Limits(long rows, long budgetMs, int members) {
    public static final Limits USUAL = new Limits(1_000_000, 10_000, 100_000);
  }

  /**
   * What is asked for.
   *
   * @param withMembers whether the ids of a pattern's records are wanted too
   */
  public record Request(LogFilter filter, int limit, boolean withMembers) {}

  private record Line(BlockKey key, String level, String message) {}

  /** The patterns of the newest records that match. */
  public Future<LogPatternsFound> find(Request request, Abandonment abandonment) {
    Search search = new Search(request, abandonment);
    return search.read(null).compose(search::go);
  }

  /** One request. Its parts run one after the other, on whatever thread. */
  private final class Search {
    private final Request request;
    private final Abandonment abandonment;
    private final long startNanos = System.nanoTime();
    private final PatternTallies tallies;
    private int chunkRows = 2 * MIN_CHUNK_ROWS;
    private long asked;

    Search(Request request, Abandonment abandonment) {
      this.request = request;
      this.abandonment = abandonment;
      this.tallies = new PatternTallies(MINER, request.withMembers() ? limits.members() : 0);
    }

    private boolean isLate() {
      long spentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
      return spentMs >= limits.budgetMs();
    }

    Future<LogPatternsFound> go(List<Line> chunk) {
      boolean atEnd = chunk.size() < chunkRows;
      if (atEnd || isLate()) {
        return finish(chunk, !atEnd);
      }
      BlockKey last = chunk.get(chunk.size() - 1).key();
      if (asked >= limits.rows()) {
        return lines(last, 1).compose(more -> finish(chunk, !more.isEmpty()));
      }
      adapt(chunk);
      Future<List<Line>> next = read(last);
      return Future.join(work(chunk), next).compose(both -> go(next.result()));
    }

    private Future<LogPatternsFound> finish(List<Line> chunk, boolean approximate) {
      return work(chunk)
          .compose(done -> vertx.executeBlocking(() -> tallies.found(request, approximate), false));
    }

    private Future<Void> work(List<Line> chunk) {
      return vertx.executeBlocking(
          () -> {
            chunk.forEach(
                line -> {
                  BlockKey key = line.key();
                  tallies.add(key.timestampMicros(), key.seq(), line.level(), line.message());
                });
            return null;
          },
          false);
    }

    /** So that the next chunk is about as large as it should be. */
    private void adapt(List<Line> chunk) {
      long chars = chunk.stream().mapToLong(line -> line.message().length() + 1).sum();
      long rows = CHUNK_CHARS * (long) chunk.size() / chars;
      chunkRows = (int) Math.max(MIN_CHUNK_ROWS, Math.min(MAX_CHUNK_ROWS, rows));
    }

    Future<List<Line>> read(@Nullable BlockKey after) {
      chunkRows = (int) Math.max(1, Math.min(chunkRows, limits.rows() - asked));
      asked += chunkRows;
      return lines(after, chunkRows);
    }

    private Future<List<Line>> lines(@Nullable BlockKey after, int rows) {
      Sql sql = sql(after, rows);
      return database.snapshot(
          connection -> {
            BlockScan blocks = new BlockScan(connection, request.filter());
            Future<Page> first = blocks.headers(Order.NEWEST_FIRST, null, after);
            Future<List<Line>> ofRows =
                connection
                    .preparedQuery(sql.text())
                    .collecting(LINES)
                    .execute(Tuple.from(sql.parameters()))
                    .map(SqlResult::value);
            return Future.join(first, ofRows)
                .compose(both -> merged(blocks, first.result(), after, ofRows.result(), rows));
          },
          abandonment);
    }

    private Future<List<Line>> merged(
        BlockScan blocks, Page first, @Nullable BlockKey after, List<Line> lines, int rows) {
      if (first.isEmpty()) {
        return Future.succeededFuture(lines);
      }
      Wanted wanted = new Wanted(Order.NEWEST_FIRST, after, rows, Long.MAX_VALUE);
      return new BlockMerge<>(blocks, SHAPE, wanted, lines, lines.size() < rows)
          .run(first)
          .map(Merged::rows);
    }

    private Sql sql(@Nullable BlockKey after, int rows) {
      Sql sql = new Sql().add("SELECT l.\"timestamp\", l.seq, l.level, left(l.message, ");
      // With one more, it is known that there was more.
      sql.bind(MINER.messageChars() + 1).add(") FROM logs l WHERE true");
      FilterSql.addLiveApps(sql);
      FilterSql.addConditions(sql, request.filter());
      if (after != null) {
        OffsetDateTime time = Timestamps.utc(after.timestampMicros());
        // The row comparison alone would not let PostgreSQL skip partitions.
        sql.add(" AND l.\"timestamp\" <= ").bind(time);
        sql.add(" AND (l.\"timestamp\", l.seq) < (").bind(time);
        sql.add(", ").bind(after.seq()).add(")");
      }
      return sql.add(" ORDER BY l.\"timestamp\" DESC, l.seq DESC LIMIT ").bind(rows);
    }
  }

  private static final Collector<Row, List<Line>, List<Line>> LINES =
      Collector.of(
          ArrayList::new,
          (lines, row) -> lines.add(line(row)),
          (one, other) -> {
            one.addAll(other);
            return one;
          });

  private static final Shape<Line> SHAPE =
      new Shape<>() {
        @Override
        public Set<Column> columns() {
          return EnumSet.of(Column.IDS, Column.NAMES, Column.MESSAGES);
        }

        @Override
        public Line of(BlockRecords records, int row) {
          return new Line(
              records.key(row),
              records.names().levels().get(row),
              BlockValues.left(records.texts(Column.MESSAGES).get(row), MINER.messageChars() + 1));
        }

        @Override
        public BlockKey key(Line made) {
          return made.key();
        }

        @Override
        public int bytes(Line made) {
          return made.message().length();
        }
      };

  private static Line line(Row row) {
    BlockKey key = new BlockKey(Timestamps.micros(row.getOffsetDateTime(0)), row.getLong(1));
    return new Line(key, row.getString(2), row.getString(3));
  }

  static UUID id(long timestampMicros, long seq) {
    return RecordIds.of(timestampMicros, seq);
  }
}
