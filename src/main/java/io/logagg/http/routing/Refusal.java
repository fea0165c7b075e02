package io.logagg.http.routing;

import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a request is turned away for what its sender may do. */
enum Refusal {
  MISSING(
      401,
      Challenge.BARE,
      "an API key is needed: send Authorization: Bearer <key>, or X-API-Key: <key>"),
  SEVERAL(401, Challenge.INVALID_REQUEST, "the request carries API keys that differ"),
  MALFORMED(401, Challenge.INVALID_TOKEN, "this API key is not known"),
  UNKNOWN(401, Challenge.INVALID_TOKEN, "this API key is not known"),
  REVOKED(401, Challenge.INVALID_TOKEN, "this API key was revoked"),
  EXPIRED(401, Challenge.INVALID_TOKEN, "this API key has expired"),
  UNDECIDED(503, null, "the API keys cannot be read: PostgreSQL is away"),
  SCOPE(403, Challenge.INSUFFICIENT_SCOPE, ""),
  APPS(403, null, ""),
  /** While the request was under way. */
  WITHDRAWN(401, Challenge.INVALID_TOKEN, "this API key holds no longer");

  private static final int RETRY_AFTER_SECONDS = 2;

  private final int status;
  private final @Nullable String challenge;
  private final String detail;
  private final String code = name().toLowerCase(Locale.ROOT);

  Refusal(int status, @Nullable String challenge, String detail) {
    this.status = status;
    this.challenge = challenge;
    this.detail = detail;
  }

  /** What a request without good credentials is told (RFC 6750 §3.1). */
  private static final class Challenge {
    static final String BARE = "Bearer realm=\"logagg\"";
    static final String INVALID_REQUEST = BARE + ", error=\"invalid_request\"";
    static final String INVALID_TOKEN = BARE + ", error=\"invalid_token\"";
    static final String INSUFFICIENT_SCOPE = BARE + ", error=\"insufficient_scope\"";
  }

  /** Of the answer. */
  int status() {
    return status;
  }

  /** The value of {@code WWW-Authenticate}; null where other credentials are not what is asked. */
  @Nullable String challenge() {
    return challenge;
  }

  /** As it is told; {@link Access} tells why a good key is not enough. */
  String detail() {
    return detail;
  }

  /** As it is answered, but for those that {@link Access} tells. */
  Problem problem() {
    return status == 503
        ? Problem.retryLater(status, detail, RETRY_AFTER_SECONDS).at(Limit.POSTGRES)
        : Problem.of(status, detail);
  }

  /** As metrics name it. */
  String code() {
    return code;
  }

  /** Whether a key was presented that opens nothing. */
  boolean isBadKey() {
    return switch (this) {
      case SEVERAL, MALFORMED, UNKNOWN, REVOKED, EXPIRED -> true;
      default -> false;
    };
  }
}
