package io.logagg.http.agents;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;

/** What a body is, by its header. */
enum MediaType {
  JSON,
  PROTOBUF,
  NONE,
  OTHER;

  /** Of the request's body. */
  static MediaType of(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (header == null || header.isBlank()) {
      return NONE;
    }
    int semicolon = header.indexOf(';');
    String name = semicolon < 0 ? header : header.substring(0, semicolon);
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "application/json" -> JSON;
      case "application/x-protobuf", "application/protobuf" -> PROTOBUF;
      default -> OTHER;
    };
  }
}
