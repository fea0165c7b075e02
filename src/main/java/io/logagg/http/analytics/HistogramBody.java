package io.logagg.http.analytics;

import com.fasterxml.jackson.core.JsonGenerator;
import io.logagg.query.Histogram;
import io.logagg.record.Timestamps;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A histogram as JSON. */
record HistogramBody(Histogram histogram) implements BucketsBody.Content {
  @Override
  public int size() {
    return histogram.size();
  }

  @Override
  public void writeHead(JsonGenerator out) throws IOException {
    out.writeStringField("interval", histogram.interval());
  }

  @Override
  public void write(int bucket, JsonGenerator out) throws IOException {
    out.writeStringField("start", Timestamps.format(histogram.startMicros(bucket)));
    out.writeNumberField("total", histogram.total(bucket));
    out.writeObjectFieldStart("groups");
    histogram.groups(bucket, (name, count) -> writeGroup(name, count, out));
    out.writeEndObject();
    long other = histogram.other(bucket);
    if (other != 0) {
      out.writeNumberField("other", other);
    }
  }

  private static void writeGroup(String name, long count, JsonGenerator out) {
    try {
      out.writeNumberField(name, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
