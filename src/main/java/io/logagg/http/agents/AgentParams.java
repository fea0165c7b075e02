package io.logagg.http.agents;

import io.logagg.http.Problem;
import io.logagg.record.Defaults;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * What an agent's URL says of its records. All other parameters are the protocol's own, or of no
 * concern.
 */
final class AgentParams {
  private AgentParams() {}

  /** {@code app}, {@code service} and {@code level} for the records that name none themselves. */
  static Defaults defaults(HttpServerRequest request) {
    return new Defaults(
        nonEmpty(request, "app"), nonEmpty(request, "service"), nonEmpty(request, "level"));
  }

  private static @Nullable String nonEmpty(HttpServerRequest request, String name) {
    String value = request.getParam(name);
    return value == null || value.isBlank() ? null : value;
  }

  /** Whether bad records are to be errors, and no dead letters: {@code strict=true}. */
  static boolean strict(HttpServerRequest request) {
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
