package io.logagg.http.analytics;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.logagg.http.reply.LargeReplies;
import io.logagg.http.reply.ReplyStream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Buckets as JSON, piece by piece: ten thousand buckets of twenty groups with long names have many
 * megabytes. Belongs to the request's context.
 */
final class BucketsBody implements ReplyStream.Source {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int PIECE_BYTES = 64 << 10;

  private final Content content;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final JsonGenerator out;
  private int next;

  private BucketsBody(Content content) {
    this.content = content;
    try {
      out = JSON.createGenerator(bytes);
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  /** What is written. */
  interface Content {
    /** How many buckets. */
    int size();

    /** Writes what stands before the buckets. */
    void writeHead(JsonGenerator out) throws IOException;

    /** Writes the members of a bucket. */
    void write(int bucket, JsonGenerator out) throws IOException;
  }

  /** Answers with it; one that is large takes a place among large replies. */
  static Future<Void> send(
      RoutingContext ctx, ReplyStream reply, LargeReplies largeReplies, Content content) {
    ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    BucketsBody body = new BucketsBody(content);
    ReplyStream.Piece first = body.piece();
    return first.last()
        ? reply.send(first, body)
        : largeReplies.send(() -> reply.send(first, body));
  }

  private static UncheckedIOException impossible(IOException e) {
    return new UncheckedIOException("writing to memory cannot fail", e);
  }

  @Override
  public Future<ReplyStream.Piece> next() {
    return Future.succeededFuture(piece());
  }

  /** The next piece, at once. */
  private ReplyStream.Piece piece() {
    try {
      if (next == 0) {
        out.writeStartObject();
        content.writeHead(out);
        out.writeArrayFieldStart("buckets");
      }
      while (next < content.size() && bytes.size() < PIECE_BYTES) {
        out.writeStartObject();
        content.write(next++, out);
        out.writeEndObject();
        out.flush();
      }
      boolean last = next == content.size();
      if (last) {
        out.close(); // It closes what is open in the JSON, too.
      }
      Buffer written = Buffer.buffer(bytes.toByteArray());
      bytes.reset();
      return new ReplyStream.Piece(written, last);
    } catch (IOException e) {
      throw impossible(e);
    }
  }
}
