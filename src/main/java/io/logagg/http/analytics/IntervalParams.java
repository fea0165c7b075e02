package io.logagg.http.analytics;

import io.logagg.filter.LogFilter;
import io.logagg.http.reply.Problem;
import io.logagg.http.request.FilterParams;
import io.logagg.http.request.Params;
import io.logagg.query.Interval;
import io.logagg.query.TooManyBucketsException;
import io.logagg.record.Timestamps;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** The parameters that say which buckets are meant. */
final class IntervalParams {
  private IntervalParams() {}

  /** Which records are meant: what has a beginning and no end, ends now. */
  static LogFilter logs(Params params, InstantSource clock) {
    LogFilter filter = FilterParams.logs(params, clock);
    Long since = filter.sinceMicros();
    return since != null && filter.untilMicros() == null
        ? filter.within(since, Timestamps.micros(clock.instant()))
        : filter;
  }

  /** Null for one that fits. */
  static @Nullable Interval interval(Params params) {
    String text = params.nonEmpty("interval");
    if (text == null || text.equals("auto")) {
      return null;
    }
    return Interval.parse(text)
        .orElseThrow(
            () ->
                Problem.ofField(400, "interval", "must be auto, or " + Interval.FORM)
                    .toException());
  }

  static ZoneId zone(Params params) {
    String name = params.nonEmpty("tz");
    try {
      return name == null ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException e) {
      throw Problem.ofField(
              400, "tz", "must be the name of a time zone, such as Europe/Berlin or UTC")
          .toException();
    }
  }

  /** The same failure as a problem with the parameter, if it is one. */
  static Throwable problem(Throwable e) {
    return e instanceof TooManyBucketsException
        ? Problem.ofField(400, "interval", String.valueOf(e.getMessage())).toException()
        : e;
  }
}
