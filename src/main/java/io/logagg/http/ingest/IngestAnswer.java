package io.logagg.http.ingest;

import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an ingest request is answered.
 *
 * @param body of an answer that is no problem, null otherwise
 * @param problem null unless it is one
 * @param isFinal whether the same request would be answered the same again; not if it broke off
 *     half way
 */
record IngestAnswer(
    int status, @Nullable Map<String, Object> body, @Nullable Problem problem, boolean isFinal) {

  static IngestAnswer of(IngestResult result) {
    Problem brokenOff = result.problem();
    if (brokenOff != null) {
      return ofProblem(withCounts(brokenOff, result).with("resume_at", result.resumeAt()), false);
    }
    if (!result.stored()) {
      Problem waits =
          Problem.retryLater(503, "the records are safe, but not stored yet", 5)
              .at(Limit.NOT_STORED);
      return ofProblem(withCounts(waits, result), false); // There is nothing to send again.
    }
    if (result.enqueued() == 0 && result.foreign() > 0) {
      Problem forbidden =
          Problem.of(
              403,
              "none of the records can be used, and "
                  + result.foreign()
                  + " are of apps outside those of this API key"
                  + (result.strict() ? "" : "; they stand among the dead letters"));
      return ofProblem(withCounts(forbidden, result), true);
    }
    if (result.enqueued() == 0) {
      String detail =
          result.rejected() == 0
              ? "the body holds no record"
              : result.strict()
                  ? "none of the records can be used"
                  : "none of the records can be used; they stand among the dead letters";
      return ofProblem(withCounts(Problem.of(400, detail), result), true);
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("enqueued", result.enqueued());
    body.put("backend", result.backend().label());
    if (result.rejected() > 0) {
      body.put("rejected", result.rejected());
      body.put("errors", result.errors());
    }
    return new IngestAnswer(202, body, null, true);
  }

  private static IngestAnswer ofProblem(Problem problem, boolean isFinal) {
    return new IngestAnswer(problem.status(), null, problem, isFinal);
  }

  private static Problem withCounts(Problem problem, IngestResult result) {
    Problem counted =
        problem.with("enqueued", result.enqueued()).with("rejected", result.rejected());
    if (result.enqueued() > 0) {
      counted = counted.with("backend", result.backend().label());
    }
    return result.errors().isEmpty() ? counted : counted.with("errors", result.errors());
  }

  /** As it goes out. */
  String json() {
    return problem != null ? problem.toJson() : JsonReply.write(body == null ? Map.of() : body);
  }

  void send(RoutingContext ctx) {
    if (problem != null) {
      Problems.reply(ctx, problem);
    } else {
      JsonReply.sendText(ctx, status, json());
    }
  }
}
