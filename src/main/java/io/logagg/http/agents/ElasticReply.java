package io.logagg.http.agents;

import io.logagg.http.Dialect;
import io.logagg.http.JsonReply;
import io.logagg.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers as Elasticsearch gives them. */
final class ElasticReply {
  /** How it tells what went wrong. */
  static final Dialect DIALECT = ElasticReply::fail;

  /** Its clients ask for a content type with their version in it, and want to get that. */
  private static final Pattern VERSIONED =
      Pattern.compile("application/vnd\\.elasticsearch\\+json; *compatible-with=(\\d{1,2})");

  private ElasticReply() {}

  /** Answers 200 with a value that Jackson can write. */
  static Future<Void> send(RoutingContext ctx, Object body) {
    return begin(ctx).end(JsonReply.write(body));
  }

  /** The head of an answer that is no error. */
  static HttpServerResponse begin(RoutingContext ctx) {
    return identified(ctx.response()).putHeader(HttpHeaders.CONTENT_TYPE, type(ctx.request()));
  }

  /** Clients talk to nothing but Elasticsearch, and know it by this. */
  private static HttpServerResponse identified(HttpServerResponse response) {
    return response.putHeader("X-Elastic-Product", "Elasticsearch");
  }

  private static String type(HttpServerRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    Matcher versioned = VERSIONED.matcher(accept == null ? "" : accept);
    return versioned.find()
        ? "application/vnd.elasticsearch+json;compatible-with=" + versioned.group(1)
        : "application/json";
  }

  private static void fail(HttpServerResponse response, Problem problem) {
    Map<String, Object> cause = error(errorType(problem.status()), problem.detail());
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("root_cause", List.of(cause));
    error.putAll(cause);
    identified(response)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(JsonReply.write(Map.of("error", error, "status", problem.status())));
  }

  /** What is told of an error, of a request or of an item. */
  static Map<String, Object> error(String type, String reason) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("type", type);
    error.put("reason", reason);
    return error;
  }

  /** What Elasticsearch calls an error of that status. */
  static String errorType(int status) {
    return switch (status) {
      case 401, 403 -> "security_exception";
      case 404 -> "resource_not_found_exception";
      case 413 -> "content_too_long_exception";
      case 415 -> "media_type_header_exception";
      case 429 -> "es_rejected_execution_exception";
      case 503 -> "unavailable_shards_exception";
      case 500 -> "exception";
      default -> "illegal_argument_exception";
    };
  }
}
