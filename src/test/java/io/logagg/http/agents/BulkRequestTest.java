package io.logagg.http.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.http.agents.BulkAnswer.ItemError;
import io.logagg.http.ingest.Backend;
import io.logagg.http.ingest.IngestResult;
import io.logagg.http.reply.Problem;
import io.logagg.protocol.Decoded;
import io.logagg.record.RefusalKind;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BulkRequestTest {
  private final BulkRequest bulk = new BulkRequest(null);

  /** Of the first five records; 0 for those that were taken. */
  private List<Integer> statuses(@Nullable Problem problem, long resumeAt) {
    IngestResult result =
        new IngestResult(1, 1, 1, List.of(), Backend.REDIS, resumeAt, problem, false, true);
    return LongStream.range(0, 5)
        .mapToObj(
            record -> {
              ItemError error = bulk.error(record, result);
              return error == null ? 0 : error.status();
            })
        .toList();
  }

  @Test
  void shouldHaveSentAgainWhatWasNotTakenAndNothingElse() {
    bulk.rejected(1, new Decoded.Refused(RefusalKind.APP_NOT_ALLOWED, "not for this app"));
    bulk.droppedBad(2);
    bulk.rejected(4, new Decoded.Refused(RefusalKind.APP_NOT_ALLOWED, "not for this app"));
    assertEquals(List.of(0, 403, 400, 0, 403), statuses(null, 5));
    Problem busy = Problem.retryLater(429, "too much", 1);
    assertEquals(List.of(0, 403, 400, 429, 429), statuses(busy, 3));
    assertEquals(List.of(0, 403, 400, 0, 403), statuses(busy, 5));
  }
}
