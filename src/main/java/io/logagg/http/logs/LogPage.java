package io.logagg.http.logs;

import io.logagg.http.reply.LogEncoder;
import io.logagg.http.reply.ReplyStream;
import io.logagg.postgres.Abandonment;
import io.logagg.query.FirstChunk;
import io.logagg.query.LogRow;
import io.logagg.query.LogScan;
import io.logagg.query.LogScan.Chunk;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.query.RareMatches;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One page as a JSON array. The header with the link to the next page must go out before the rows:
 * so if a page does not fit into one chunk, the keys of the rest are read first. They decide what
 * is on the page: rows that come in while it is written are left out, so that the page has no more
 * than it may and the next one begins where it ends. Belongs to the request's context.
 */
final class LogPage implements ReplyStream.Source {
  private final LogScan scan;
  private final FirstChunk first;
  private final int limit;
  private final Abandonment abandonment;
  private final ChunkSize size = new ChunkSize();
  private From from;

  /** What the first chunk is written to; null until it is asked for. */
  private @Nullable LogEncoder firstOut;

  /** Rows of the first chunk that are on the page. */
  private int firstRows;

  private @Nullable UUID lastOnPage;
  private int written;

  /** The ids of the rest of the page, and how far in them the scan is. */
  private List<UUID> keys = List.of();

  private int nextKey;

  /**
   * For one answer.
   *
   * @param limit most rows
   */
  LogPage(LogScan scan, RareMatches rare, From from, int limit, Abandonment abandonment) {
    this.scan = scan;
    this.first = new FirstChunk(scan, rare);
    this.from = from;
    this.limit = limit;
    this.abandonment = abandonment;
  }

  /**
   * How the page begins.
   *
   * @param next the cursor of the next page, null if this is the last
   */
  record Start(ReplyStream.Piece piece, @Nullable UUID next) {}

  /** Reads as much as fits into one chunk, and finds out what the page is. */
  Future<Start> start() {
    // One more than asked for tells whether there is a next page.
    int rows = Math.min(LogScan.MAX_ROWS, limit + 1);
    return first
        .read(from, rows, this::beginFirst, abandonment)
        .compose(
            read -> {
              from = read.from().beyondFirst();
              return start(read.chunk());
            });
  }

  private Consumer<LogRow> beginFirst() {
    LogEncoder out = new LogEncoder();
    out.text('[');
    firstOut = out;
    firstRows = 0;
    written = 0;
    lastOnPage = null;
    return row -> addFirst(out, row);
  }

  private void addFirst(LogEncoder out, LogRow row) {
    if (firstRows < limit) {
      add(out, row);
      firstRows++;
      lastOnPage = row.id();
    }
  }

  private void add(LogEncoder out, LogRow row) {
    if (written++ > 0) {
      out.text(',');
    }
    out.row(row);
  }

  private Future<Start> start(Chunk chunk) {
    LogEncoder out = Objects.requireNonNull(firstOut, "the first chunk was not asked for");
    UUID last = lastOnPage;
    if (chunk.atEnd() || last == null || chunk.rows() > limit) {
      out.text(']');
      UUID next = chunk.rows() > limit ? last : null;
      return Future.succeededFuture(new Start(new ReplyStream.Piece(out.finish(), true), next));
    }
    from = from.behind(last);
    size.follow(chunk);
    Buffer first = out.finish();
    int missing = limit - firstRows;
    return scan.keys(from, missing + 1, abandonment)
        .map(
            found -> {
              keys = found.subList(0, Math.min(missing, found.size()));
              UUID end = keys.isEmpty() ? last : keys.get(keys.size() - 1);
              boolean more = found.size() > missing;
              if (keys.isEmpty()) {
                first.appendString("]");
              }
              return new Start(new ReplyStream.Piece(first, keys.isEmpty()), more ? end : null);
            });
  }

  @Override
  public Future<ReplyStream.Piece> next() {
    LogEncoder out = new LogEncoder();
    int rows = Math.min(size.rows(), keys.size() - nextKey);
    return scan.chunk(from, rows, row -> addIfOnPage(out, row), abandonment)
        .map(chunk -> piece(chunk, out));
  }

  /** Rows and keys come in the same order; what stands before the next key came in since. */
  private void addIfOnPage(LogEncoder out, LogRow row) {
    while (nextKey < keys.size() && isBehind(row.id(), keys.get(nextKey))) {
      nextKey++; // Deleted since.
    }
    if (nextKey < keys.size() && keys.get(nextKey).equals(row.id())) {
      add(out, row);
      nextKey++;
    }
  }

  /** Ids compare as their times and numbers do. */
  private boolean isBehind(UUID id, UUID other) {
    int order = id.compareTo(other);
    return from.order() == Order.NEWEST_FIRST ? order < 0 : order > 0;
  }

  private ReplyStream.Piece piece(Chunk chunk, LogEncoder out) {
    size.follow(chunk);
    if (chunk.last() != null) {
      from = from.behind(chunk.last());
    }
    boolean last = chunk.atEnd() || nextKey == keys.size();
    if (last) {
      out.text(']');
    }
    return new ReplyStream.Piece(out.finish(), last);
  }
}
