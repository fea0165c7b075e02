package io.logagg.http.request;

import io.logagg.http.reply.Problem;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** The header {@code Idempotency-Key}, by which a client makes a request safe to repeat. */
public final class IdempotencyKey {
  private static final String HEADER = "Idempotency-Key";
  private static final int MAX_CHARS = 255;

  private IdempotencyKey() {}

  /**
   * The key of a request, null if it has none.
   *
   * @throws ProblemException 400 if it is blank or too long
   */
  public static @Nullable String of(HttpServerRequest request) {
    String key = request.getHeader(HEADER);
    if (key != null && (key.isBlank() || key.length() > MAX_CHARS)) {
      throw Problem.of(400, HEADER + " must have 1 to " + MAX_CHARS + " characters").toException();
    }
    return key;
  }
}
