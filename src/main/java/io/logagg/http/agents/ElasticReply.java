package io.logagg.http.agents;

import io.logagg.http.reply.Dialect;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Problem;
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
  /** How it tells what went wrong, so that its clients send again what they should. */
  static final Dialect DIALECT =
      new Dialect() {
        @Override
        public void send(HttpServerResponse response, Problem problem) {
          fail(response, problem);
        }

        @Override
        public void send(RoutingContext ctx, Problem problem) {
          fail(ctx, problem);
        }
      };

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

  private static void fail(RoutingContext ctx, Problem problem) {
    HttpServerRequest request = ctx.request();
    boolean isBusy = problem.status() == 429 || problem.status() == 503;
    if (isBusy && (isRsyslog(request) || isJavaScript(request))) {
      // Not to its end, so that it is no answer.
      failing(ctx.response())
          .setChunked(true)
          .write(body(problem))
          .onComplete(sent -> ctx.response().reset());
    } else {
      fail(ctx.response(), problem);
    }
  }

  /**
   * rsyslog looked at no status before 2026 (its pull request 6746): it gives up what has no item
   * in the answer, or one with an error; but it sends again where no answer has come to its end. It
   * is known by its not naming itself, as other agents do.
   */
  static boolean isRsyslog(HttpServerRequest request) {
    String agent = request.getHeader(HttpHeaders.USER_AGENT);
    return agent == null || agent.isBlank();
  }

  /**
   * This client throws at 429, and at 503 unless it is over within a moment; where no answer has
   * come it waits longer and longer, and tries again.
   */
  private static boolean isJavaScript(HttpServerRequest request) {
    String agent = request.getHeader(HttpHeaders.USER_AGENT);
    return agent != null && agent.startsWith("elasticsearch-js/");
  }

  private static void fail(HttpServerResponse response, Problem problem) {
    failing(response).end(body(problem));
  }

  private static HttpServerResponse failing(HttpServerResponse response) {
    return identified(response).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
  }

  private static String body(Problem problem) {
    Map<String, Object> cause = error(errorType(problem.status()), problem.detail());
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("root_cause", List.of(cause));
    error.putAll(cause);
    return JsonReply.write(Map.of("error", error, "status", problem.status()));
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
