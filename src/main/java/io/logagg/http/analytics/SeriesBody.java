package io.logagg.http.analytics;

import com.fasterxml.jackson.core.JsonGenerator;
import io.logagg.query.LogSeries.Request;
import io.logagg.query.NumberSeries;
import io.logagg.query.NumberSeries.Point;
import io.logagg.record.Timestamps;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Numbers over time as JSON. Numbers are written without exponents, with all their digits. */
record SeriesBody(Request request, NumberSeries series) implements BucketsBody.Content {
  @Override
  public int size() {
    return series.size();
  }

  @Override
  public void writeHead(JsonGenerator out) throws IOException {
    out.writeStringField("field", request.field().text());
    out.writeStringField("interval", series.interval());
    if (series.scanned().isApproximate()) {
      out.writeBooleanField("approximate", true);
      out.writeNumberField("scanned", series.scanned().records());
      Long since = series.scanned().sinceMicros();
      if (since != null) {
        out.writeStringField("scanned_since", Timestamps.format(since));
      }
    }
  }

  @Override
  public void write(int bucket, JsonGenerator out) throws IOException {
    out.writeStringField("start", Timestamps.format(series.startMicros(bucket)));
    writePoint(series.all(bucket), out);
    if (request.groupBy() != null) {
      out.writeObjectFieldStart("groups");
      series.groups(bucket, (name, point) -> writeGroup(name, point, out));
      out.writeEndObject();
      Point rest = series.rest(bucket);
      if (rest != null) {
        writeGroup("other", rest, out);
      }
    }
  }

  private void writeGroup(String name, Point point, JsonGenerator out) {
    try {
      out.writeObjectFieldStart(name);
      writePoint(point, out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without any number, only that there is none. */
  private void writePoint(@Nullable Point point, JsonGenerator out) throws IOException {
    out.writeNumberField("count", point == null ? 0 : point.count());
    for (int i = 0; point != null && i < point.values().size(); i++) {
      out.writeFieldName(SeriesRoutes.name(request.statistics().get(i)));
      out.writeNumber(point.values().get(i).toPlainString());
    }
  }
}
