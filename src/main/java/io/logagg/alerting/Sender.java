package io.logagg.alerting;

import io.logagg.alert.Attempts;
import io.logagg.alert.Bodies;
import io.logagg.alert.Receiver;
import io.logagg.persistence.AlertOutbox;
import io.logagg.persistence.AlertOutbox.Delivery;
import io.logagg.persistence.AlertOutbox.Numbered;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.impl.NoStackTraceTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is in the outbox: to each receiver one after the other, to several at once. To be
 * asked to now and then by whoever has the lease. Belongs to one context.
 */
final class Sender {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

  /** Nobody else tries before; longer than an attempt takes. */
  private static final long CLAIM_MS = 2 * Poster.LIMIT_MS;

  /** How often an Alertmanager is told what fires. */
  private static final long REPEAT_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final AlertOptions options;
  private final AlertOutbox outbox;
  private final Poster poster;
  private final Bodies bodies;
  private final AlertMeters meters;

  /** Receivers that are being told something. */
  private final Set<Integer> busy = new HashSet<>();

  private final Map<Integer, Long> repeatedAt = new HashMap<>();

  Sender(AlertOptions options, AlertOutbox outbox, Poster poster, AlertMeters meters) {
    this.options = options;
    this.outbox = outbox;
    this.poster = poster;
    this.bodies = new Bodies(options.publicUrl());
    this.meters = meters;
  }

  /** Begins with what is due; done once it is begun. */
  Future<Void> send() {
    return outbox
        .next()
        .compose(
            next -> {
              next.forEach(this::begin);
              return outbox.repeated();
            })
        .onSuccess(this::repeat)
        .mapEmpty();
  }

  private void begin(Delivery delivery) {
    if (busy.add(delivery.receiverId())) {
      deliver(delivery)
          .onComplete(
              done -> {
                busy.remove(delivery.receiverId());
                if (done.failed()) {
                  Evaluator.logged(done.cause());
                }
              });
    }
  }

  private Future<Void> deliver(Delivery delivery) {
    return outbox
        .begin(delivery, CLAIM_MS)
        .compose(ours -> ours ? attempt(delivery) : Future.succeededFuture());
  }

  private Future<Void> attempt(Delivery delivery) {
    long begin = System.nanoTime();
    Receiver receiver = delivery.receiver();
    String body = bodies.of(receiver.kind(), delivery.notification(), nowMicros());
    return poster
        .post(receiver, body, delivery.key().toString())
        .map(Sender::outcome)
        .otherwise(e -> new Outcome(error(e), false))
        .compose(
            outcome -> {
              long pause = Attempts.pauseMs(delivery.attempts() + 1);
              return outbox
                  .end(delivery, outcome.error(), pause, outcome.isFinal(), options.giveUpHours())
                  .onSuccess(
                      givenUp -> ended(delivery, outcome, givenUp, System.nanoTime() - begin));
            })
        .mapEmpty();
  }

  /**
   * What came of an attempt.
   *
   * @param error null if it was taken
   */
  private record Outcome(@Nullable String error, boolean isFinal) {}

  private static Outcome outcome(int status) {
    return Attempts.isTaken(status)
        ? new Outcome(null, false)
        : new Outcome("it answered with status " + status, Attempts.isFinal(status));
  }

  /** What others say may name the address, which is a secret. */
  private static String error(Throwable e) {
    if (e instanceof Poster.ForbiddenException || e instanceof RefusedException) {
      return String.valueOf(e.getMessage());
    }
    if (e instanceof TimeoutException || e instanceof NoStackTraceTimeoutException) {
      return "it did not answer in time";
    }
    if (e instanceof UnknownHostException) {
      return "its name is not known";
    }
    if (e instanceof SSLException) {
      return "its certificate was not accepted, or it speaks no TLS";
    }
    return e instanceof ConnectException
        ? "no connection could be made"
        : "the connection broke: " + e.getClass().getSimpleName();
  }

  private void ended(Delivery delivery, Outcome outcome, boolean givenUp, long nanos) {
    meters.tried(outcome.error() == null, givenUp, nanos);
    if (givenUp) {
      LOG.warn(
          "alert {} could not be told to {} and is given up: {}",
          delivery.notification().rule(),
          delivery.receiver().name(),
          outcome.error());
    } else if (outcome.error() != null && delivery.attempts() == 0) {
      LOG.warn(
          "alert {} could not be told to {}, to be tried again: {}",
          delivery.notification().rule(),
          delivery.receiver().name(),
          outcome.error());
    }
  }

  private long nowMicros() {
    return Timestamps.micros(options.clock().instant());
  }

  private void repeat(List<Numbered> receivers) {
    for (Numbered one : receivers) {
      Long last = repeatedAt.get(one.id());
      boolean isTime = last == null || System.nanoTime() - last >= REPEAT_NANOS;
      if (isTime && busy.add(one.id())) {
        repeatedAt.put(one.id(), System.nanoTime());
        repeat(one)
            .onComplete(
                done -> {
                  busy.remove(one.id());
                  if (done.failed()) {
                    LOG.warn(
                        "what fires could not be told again to {}: {}",
                        one.receiver().name(),
                        error(done.cause()));
                  }
                });
      }
    }
  }

  private Future<Void> repeated(int status) {
    String error = outcome(status).error();
    if (error != null) {
      return Future.failedFuture(new RefusedException(error));
    }
    meters.repeated();
    return Future.succeededFuture();
  }

  /** It was answered, but not taken. */
  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  private Future<Void> repeat(Numbered one) {
    return outbox
        .firing(one.receiver().name())
        .compose(
            firing ->
                firing.isEmpty()
                    ? Future.succeededFuture()
                    : poster
                        .post(one.receiver(), bodies.repeated(firing.get(), nowMicros()), null)
                        .compose(this::repeated));
  }
}
