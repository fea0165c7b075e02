package io.logagg.http.logs;

import io.logagg.http.reply.ReplyStream;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogScan;
import io.logagg.query.LogScan.Chunk;
import io.logagg.query.LogScan.From;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Every match, chunk by chunk. Belongs to the request's context. */
final class LogLines implements ReplyStream.Source {
  private final LogScan scan;
  private final Abandonment abandonment;
  private final ChunkSize size = new ChunkSize();
  private final RowFormat out;
  private From from;
  private long left;

  /**
   * For one answer.
   *
   * @param limit most rows
   */
  LogLines(LogScan scan, From from, long limit, RowFormat out, Abandonment abandonment) {
    this.scan = scan;
    this.out = out;
    this.from = from;
    this.left = limit;
    this.abandonment = abandonment;
    out.begin();
  }

  @Override
  public Future<ReplyStream.Piece> next() {
    return scan.chunk(from, (int) Math.min(size.rows(), left), out::row, abandonment)
        .map(chunk -> piece(chunk, out.finish()));
  }

  private ReplyStream.Piece piece(Chunk chunk, Buffer bytes) {
    left -= chunk.rows();
    size.follow(chunk);
    if (chunk.last() != null) {
      from = from.behind(chunk.last());
    }
    return new ReplyStream.Piece(bytes, chunk.atEnd() || left == 0);
  }
}
