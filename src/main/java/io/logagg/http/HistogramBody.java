package io.logagg.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.logagg.query.Histogram;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A histogram as JSON, piece by piece: with ten thousand buckets of twenty groups with long names
 * it has many megabytes. Belongs to the request's context.
 */
final class HistogramBody implements ReplyStream.Source {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int BUCKETS_PER_PIECE = 200;

  private final Histogram histogram;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final JsonGenerator out;
  private int next;

  HistogramBody(Histogram histogram) {
    this.histogram = histogram;
    try {
      out = JSON.createGenerator(bytes);
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  private static UncheckedIOException impossible(IOException e) {
    return new UncheckedIOException("writing to memory cannot fail", e);
  }

  @Override
  public Future<ReplyStream.Piece> next() {
    return Future.succeededFuture(piece());
  }

  /** The next piece, at once. */
  ReplyStream.Piece piece() {
    try {
      if (next == 0) {
        out.writeStartObject();
        out.writeStringField("interval", histogram.interval());
        out.writeArrayFieldStart("buckets");
      }
      int end = Math.min(histogram.size(), next + BUCKETS_PER_PIECE);
      while (next < end) {
        write(next++);
      }
      boolean last = next == histogram.size();
      if (last) {
        out.close(); // It closes what is open in the JSON, too.
      } else {
        out.flush();
      }
      Buffer written = Buffer.buffer(bytes.toByteArray());
      bytes.reset();
      return new ReplyStream.Piece(written, last);
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  private void write(int bucket) throws IOException {
    out.writeStartObject();
    out.writeStringField("start", Timestamps.format(histogram.startMicros(bucket)));
    out.writeNumberField("total", histogram.total(bucket));
    out.writeObjectFieldStart("groups");
    histogram.groups(bucket, this::writeGroup);
    out.writeEndObject();
    long other = histogram.other(bucket);
    if (other != 0) {
      out.writeNumberField("other", other);
    }
    out.writeEndObject();
  }

  private void writeGroup(String name, long count) {
    try {
      out.writeNumberField(name, count);
    } catch (IOException e) {
      throw impossible(e);
    }
  }
}
