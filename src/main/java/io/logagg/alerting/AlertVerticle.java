package io.logagg.alerting;

import io.logagg.persistence.AlertLog;
import io.logagg.persistence.AlertOutbox;
import io.logagg.persistence.Lease;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates alerts and tells of them while this process has the lease; waits for it otherwise. One
 * for a process.
 */
public final class AlertVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(AlertVerticle.class);

  static final String LEASE = "alerts";

  private static final long POLL_MS = 500;

  /** Every so many polls the lease is asked for, or kept. */
  private static final int POLLS_PER_HOLD = 2;

  private static final int BELIEVED_MS = 8_000;

  /** After something went wrong, nothing is tried for so many polls. */
  private static final int POLLS_OF_REST = 6;

  private static final int POLLS_PER_FORGET = 1200;

  /** Longer than this a stop does not wait. */
  private static final long STOP_MS = 2_000;

  private final AlertOptions options;
  private @Nullable Work work;
  private int polls;
  private int restUntil;
  private boolean held;
  private boolean asking;
  private boolean evaluating;
  private boolean sending;
  private boolean stopped;

  public AlertVerticle(AlertOptions options) {
    this.options = options;
  }

  private record Work(
      Lease lease,
      AlertLog log,
      AlertOutbox outbox,
      Evaluator evaluator,
      Sender sender,
      Poster poster) {}

  @Override
  public Future<?> start() {
    RandomGenerator random = options.database().settings().random();
    Lease lease =
        new Lease(
            options.database(), LEASE, new UUID(random.nextLong(), random.nextLong()), BELIEVED_MS);
    AlertMeters meters = new AlertMeters(options.metrics());
    AlertLog log = new AlertLog(options.database(), lease);
    AlertOutbox outbox = new AlertOutbox(options.database(), lease);
    Poster poster = new Poster(vertx, options.hosts());
    Work all =
        new Work(
            lease,
            log,
            outbox,
            new Evaluator(vertx, options, log, meters),
            new Sender(options, outbox, poster, meters),
            poster);
    work = all;
    vertx.setPeriodic(POLL_MS, id -> poll(all));
    return Future.succeededFuture();
  }

  private void poll(Work all) {
    if (stopped || !options.database().isReady()) {
      return;
    }
    if (polls % POLLS_PER_HOLD == 0 && !asking) {
      asking = true;
      all.lease()
          .hold()
          .onComplete(
              done -> {
                asking = false;
                saw(done.succeeded() && done.result());
              });
    }
    polls++;
    if (!held || polls < restUntil) {
      return;
    }
    if (!evaluating) {
      evaluating = true;
      all.evaluator().evaluate().onFailure(this::rest).onComplete(done -> evaluating = false);
    }
    if (!sending) {
      sending = true;
      all.sender().send().onFailure(this::rest).onComplete(done -> sending = false);
    }
    if (polls % POLLS_PER_FORGET == 0) {
      all.log()
          .forget()
          .compose(done -> all.outbox().forget())
          .onFailure(e -> LOG.debug("forgetting alerts: {}", e.getMessage()));
    }
  }

  private void saw(boolean now) {
    if (now != held) {
      LOG.debug("alerts are evaluated {}", now ? "here" : "elsewhere, or nowhere");
    }
    held = now;
  }

  private void rest(Throwable e) {
    Evaluator.logged(e);
    restUntil = polls + POLLS_OF_REST;
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    Work all = work;
    if (all == null) {
      return Future.succeededFuture();
    }
    all.evaluator().stop();
    return all.lease()
        .release()
        .timeout(STOP_MS, TimeUnit.MILLISECONDS)
        .recover(
            e -> {
              LOG.debug("the lease will expire: {}", e.getMessage());
              return Future.succeededFuture();
            })
        .eventually(all.poster()::close);
  }
}
