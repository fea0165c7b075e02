package io.logagg.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which kind of question a reading request is, for the metrics. */
enum QueryKind {
  LIST,
  /** A list without pages. */
  EXPORT,
  RECORD,
  CONTEXT,
  STATS,
  HISTOGRAM,
  TOP,
  FACETS,
  TIMESERIES,
  COMPARE,
  PATTERNS,
  FIELDS,
  APPS,
  SAVED,
  DLQ,
  STORAGE,
  KEYS,
  ALERTS;

  private static final String API = "/api/v1/";

  private final String label = name().toLowerCase(Locale.ROOT);

  /** How it is written outside the program. */
  String label() {
    return label;
  }

  /** Of a request that was answered; null if it is none, or one that goes on until it is ended. */
  static @Nullable QueryKind of(RoutingContext ctx) {
    HttpMethod method = ctx.request().method();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      return null;
    }
    // As it was sent: one that cannot be decoded is answered, too.
    QueryKind kind = ofPath(String.valueOf(ctx.request().path()));
    String type = ctx.response().headers().get(HttpHeaders.CONTENT_TYPE);
    return kind == LIST && type != null && isRows(type) ? EXPORT : kind;
  }

  private static boolean isRows(String type) {
    return type.startsWith("application/x-ndjson") || type.startsWith("text/csv");
  }

  /** By the path, since after a failure the route is that of failures. */
  static @Nullable QueryKind ofPath(String path) {
    if (!path.startsWith(API)) {
      return null;
    }
    // With slashes at its end it is the same path, and so without the -1.
    String[] parts = path.substring(API.length()).split("/");
    if (parts.length == 0) {
      return null;
    }
    return switch (parts[0]) {
      case "logs" -> ofLogs(parts);
      case "stats" -> parts.length == 1 ? STATS : parts.length == 2 ? ofStats(parts[1]) : null;
      case "fields" -> parts.length == 1 ? FIELDS : null;
      case "apps" -> parts.length <= 2 ? APPS : null;
      case "saved" -> parts.length <= 2 ? SAVED : null;
      case "dlq" -> parts.length <= 2 ? DLQ : null;
      case "storage" -> parts.length == 1 ? STORAGE : null;
      case "keys" -> parts.length <= 2 ? KEYS : null;
      case "alerts" -> ALERTS;
      default -> null;
    };
  }

  private static @Nullable QueryKind ofLogs(String[] parts) {
    return switch (parts.length) {
      case 1 -> LIST;
      case 2 ->
          switch (parts[1]) {
            case "tail" -> null;
            case "filter" -> LIST;
            default -> RECORD;
          };
      case 3 -> parts[2].equals("context") ? CONTEXT : null;
      default -> null;
    };
  }

  private static @Nullable QueryKind ofStats(String name) {
    return switch (name) {
      case "histogram" -> HISTOGRAM;
      case "top" -> TOP;
      case "facets" -> FACETS;
      case "timeseries" -> TIMESERIES;
      case "compare" -> COMPARE;
      case "patterns" -> PATTERNS;
      default -> null;
    };
  }
}
