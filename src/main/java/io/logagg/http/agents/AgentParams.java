package io.logagg.http.agents;

import io.logagg.http.inflate.Inflation;
import io.logagg.http.ingest.BodyFormat;
import io.logagg.http.ingest.IngestDesk.Asked;
import io.logagg.http.ingest.RejectionWatch;
import io.logagg.http.reply.Problem;
import io.logagg.record.Defaults;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an agent's URL says of its records. All other parameters are the protocol's own, or of no
 * concern.
 */
final class AgentParams {
  private AgentParams() {}

  /** {@code app}, {@code service} and {@code level} for the records that name none themselves. */
  private static Defaults defaults(HttpServerRequest request) {
    return new Defaults(
        nonEmpty(request, "app"), nonEmpty(request, "service"), nonEmpty(request, "level"));
  }

  /**
   * What a request is. Its inflation is opened last, since only those who get it close it.
   *
   * @param otherwiseApp the app of records that have none
   * @param rejections is told which of them are bad
   * @param inflation opens what undoes its content encoding
   */
  static Asked asked(
      HttpServerRequest request,
      BodyFormat format,
      String otherwiseApp,
      RejectionWatch rejections,
      Function<HttpServerRequest, Inflation> inflation) {
    boolean strict = strict(request);
    Defaults defaults = defaults(request);
    return new Asked(format, inflation.apply(request), defaults, otherwiseApp, strict, rejections);
  }

  private static @Nullable String nonEmpty(HttpServerRequest request, String name) {
    String value = request.getParam(name);
    return value == null || value.isBlank() ? null : value;
  }

  /** Whether bad records are to be errors, and no dead letters: {@code strict=true}. */
  private static boolean strict(HttpServerRequest request) {
    String value = request.getParam("strict");
    if (value == null || value.equals("false")) {
      return false;
    }
    if (!value.equals("true")) {
      throw Problem.ofField(400, "strict", "must be true or false").toException();
    }
    return true;
  }
}
