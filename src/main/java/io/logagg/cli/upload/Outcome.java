package io.logagg.cli.upload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a body's records.
 *
 * @param told which of those that were rejected, with the reason; the server tells of the first
 */
record Outcome(long enqueued, long rejected, List<Told> told) {

  /** A record that was rejected: its line within the body, from 1. */
  record Told(long line, String error) {}

  Outcome {
    told = List.copyOf(told);
  }

  /** From the answer, also from one that says that none can be used. */
  static Outcome of(JsonNode answer) {
    List<Told> told = new ArrayList<>();
    for (JsonNode error : answer.path("errors")) {
      told.add(new Told(error.path("line").asLong(), error.path("error").asText()));
    }
    return new Outcome(answer.path("enqueued").asLong(), answer.path("rejected").asLong(), told);
  }

  /**
   * Whether an answer that is no success says what became of each record all the same: all are bad,
   * or there is none.
   */
  static boolean isOf(int status, JsonNode answer) {
    return (status == 400 || status == 403)
        && answer.has("rejected")
        && answer.has("enqueued")
        && !answer.has("resume_at");
  }
}
