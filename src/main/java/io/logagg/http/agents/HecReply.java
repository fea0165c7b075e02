package io.logagg.http.agents;

import io.logagg.http.ingest.IngestResult;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Problem;
import io.logagg.protocol.hec.HecTranslator.Fault;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Splunk's HTTP Event Collector answers, by its <a
 * href="https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector">
 * table of codes</a>.
 *
 * @param code as its clients look at it
 */
record HecReply(int status, String text, int code) {
  static final HecReply SUCCESS = new HecReply(200, "Success", 0);
  static final HecReply NO_TOKEN = new HecReply(401, "Token is required", 2);
  static final HecReply BAD_AUTHORIZATION = new HecReply(401, "Invalid authorization", 3);
  static final HecReply BAD_TOKEN = new HecReply(403, "Invalid token", 4);
  static final HecReply NO_DATA = new HecReply(400, "No data", 5);
  static final HecReply BAD_DATA = new HecReply(400, "Invalid data format", 6);
  static final HecReply ERROR = new HecReply(500, "Internal server error", 8);
  static final HecReply BUSY = new HecReply(503, "Server is busy", 9);
  static final HecReply NO_EVENT = new HecReply(400, "Event field is required", 12);
  static final HecReply BLANK_EVENT = new HecReply(400, "Event field cannot be blank", 13);
  static final HecReply NO_ACK = new HecReply(400, "ACK is disabled", 14);
  static final HecReply HEALTHY = new HecReply(200, "HEC is healthy", 17);
  static final HecReply FULL = new HecReply(503, "HEC is unhealthy, queues are full", 18);

  private static final String REPLY = "hec-reply";
  private static final String EVENT = "invalid-event-number";

  String json() {
    return JsonReply.write(members());
  }

  private Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("text", text);
    members.put("code", code);
    return members;
  }

  /** A failure of a request as it is told here. */
  static Problem failure(IngestResult result, Problem failure, @Nullable Fault firstFault) {
    if (failure.status() != 400) {
      return failure;
    }
    if (result.problem() != null) {
      return failure.with(EVENT, result.resumeAt());
    }
    long line = result.errors().get(0).line();
    HecReply reply =
        firstFault == null || firstFault.line() != line
            ? BAD_DATA
            : firstFault.isBlank() ? BLANK_EVENT : NO_EVENT;
    return failure.with(EVENT, line - 1).with(REPLY, reply);
  }

  /** Answers with a problem; what we know of it more stands beside what Splunk says. */
  static void fail(HttpServerResponse response, Problem problem) {
    HecReply reply =
        problem.extra().get(REPLY) instanceof HecReply known ? known : of(response, problem);
    // Older Fluent Bits give up at 429, and none at 503.
    response.setStatusCode(
        problem.status() == 429 ? 503 : Math.max(problem.status(), reply.status));
    Map<String, Object> members = reply.members();
    Object event = problem.extra().get(EVENT);
    if (event != null) {
      members.put(EVENT, event);
    }
    members.put("detail", problem.detail());
    response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(JsonReply.write(members));
  }

  private static HecReply of(HttpServerResponse response, Problem problem) {
    return switch (problem.status()) {
      case 401 -> {
        String challenge = response.headers().get("WWW-Authenticate");
        if (challenge == null || !challenge.contains("error=")) {
          yield NO_TOKEN;
        }
        yield challenge.contains("invalid_token") ? BAD_TOKEN : BAD_AUTHORIZATION;
      }
      case 403 -> BAD_TOKEN;
      case 429, 503 -> BUSY;
      default -> problem.status() >= 500 ? ERROR : BAD_DATA;
    };
  }
}
