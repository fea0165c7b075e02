package io.logagg.http;

import java.util.Locale;

/** Why a request is turned away for what its sender may do. */
enum Refusal {
  MISSING("an API key is needed: send Authorization: Bearer <key>, or X-API-Key: <key>"),
  SEVERAL("the request carries API keys that differ"),
  MALFORMED("this API key is not known"),
  UNKNOWN("this API key is not known"),
  REVOKED("this API key was revoked"),
  EXPIRED("this API key has expired"),
  UNDECIDED("the API keys cannot be read: PostgreSQL is away"),
  SCOPE(""),
  APPS(""),
  /** While the request was under way. */
  WITHDRAWN("this API key holds no longer");

  private final String detail;

  Refusal(String detail) {
    this.detail = detail;
  }

  /** As it is told; {@link Access} tells why a good key is not enough. */
  String detail() {
    return detail;
  }

  /** As metrics name it. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a key was presented that opens nothing. */
  boolean isBadKey() {
    return switch (this) {
      case SEVERAL, MALFORMED, UNKNOWN, REVOKED, EXPIRED -> true;
      default -> false;
    };
  }
}
