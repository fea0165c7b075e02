package io.logagg.http.ingest;

import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The ingest requests of one verticle whose bodies are being read. Belongs to one context. */
public final class RunningIngests {
  private static final int RETRY_AFTER_SECONDS = 2;

  private final Set<IngestIntake> intakes = new LinkedHashSet<>();

  void add(IngestIntake intake) {
    intakes.add(intake);
  }

  void remove(IngestIntake intake) {
    intakes.remove(intake);
  }

  /** The process is about to end: no more is read, and all are told how far they came. */
  public void breakOff() {
    Problem stopping =
        Problem.retryLater(503, "this process is being stopped", RETRY_AFTER_SECONDS)
            .at(Limit.STOPPING);
    List.copyOf(intakes).forEach(intake -> intake.breakOffNow(stopping));
  }
}
