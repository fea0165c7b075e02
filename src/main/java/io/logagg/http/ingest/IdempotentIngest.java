package io.logagg.http.ingest;

import io.logagg.http.JsonReply;
import io.logagg.http.Problem;
import io.logagg.http.Problems;
import io.logagg.http.ingest.IngestCall.Taken;
import io.logagg.persistence.RequestLedger;
import io.logagg.persistence.RequestLedger.Claim;
import io.logagg.record.DedupeKeys;
import io.logagg.record.Stamper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.channels.ClosedChannelException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests with an Idempotency-Key. That their records are stored once is seen to by the records'
 * own dedupe keys, whatever happens here; this adds what only the whole request can tell: a repeat
 * is answered as the first was, one with another body is refused, and of two at once, one waits.
 * While PostgreSQL is away nobody can tell, and the request is taken.
 */
final class IdempotentIngest {
  private static final Logger LOG = LoggerFactory.getLogger(IdempotentIngest.class);
  private static final long POLL_MS = 200;
  private static final long BUSY_LIMIT_NANOS = 5_000_000_000L;

  private final Vertx vertx;
  private final RequestLedger ledger;
  private final Stamper stamper;

  IdempotentIngest(Vertx vertx, RequestLedger ledger, Stamper stamper) {
    this.vertx = vertx;
    this.ledger = ledger;
    this.stamper = stamper;
  }

  /**
   * What a call comes to.
   *
   * @param reply sends it
   * @param readToEnd whether nothing of the body is left on the socket
   */
  record Reply(Runnable reply, boolean readToEnd) {}

  /**
   * Deals with a call.
   *
   * @param answerTo turns what was taken into the answer
   */
  Future<Reply> run(
      IngestCall call,
      IngestContext context,
      String idempotencyKey,
      Function<Taken, IngestAnswer> answerTo) {
    UUID key = DedupeKeys.ofRequest("", idempotencyKey);
    UUID holder = stamper.now().nextId(stamper.nowMicros());
    // Until the body is read nobody else would notice that the sender has left.
    AtomicBoolean gone = new AtomicBoolean();
    call.ctx().request().exceptionHandler(e -> gone.set(true));
    return claim(key, holder, System.nanoTime() + BUSY_LIMIT_NANOS)
        .compose(
            claim -> {
              if (gone.get()) {
                call.inflation().close();
                return quietly(ledger.release(key, holder))
                    .compose(done -> Future.failedFuture(new ClosedChannelException()));
              }
              if (claim instanceof Claim.Answered first) {
                return repeat(call, context, first);
              }
              if (claim instanceof Claim.Busy) {
                return Future.succeededFuture(busy(call));
              }
              return take(call, context, key, holder, answerTo);
            });
  }

  private static Reply busy(IngestCall call) {
    call.inflation().close();
    Problem problem =
        Problem.retryLater(503, "another request with this Idempotency-Key is under way", 2);
    return new Reply(() -> Problems.reply(call.ctx(), problem), false);
  }

  /** Waits for a while if another request with the key is under way. */
  private Future<Claim> claim(UUID key, UUID holder, long deadlineNanos) {
    return ledger
        .claim(key, holder)
        .recover(
            e -> {
              LOG.debug("an Idempotency-Key is not looked up: {}", e.getMessage());
              return Future.succeededFuture(new Claim.Mine());
            })
        .compose(
            claim -> {
              boolean waits = claim instanceof Claim.Busy && System.nanoTime() - deadlineNanos < 0;
              return waits
                  ? pause().compose(done -> claim(key, holder, deadlineNanos))
                  : Future.succeededFuture(claim);
            });
  }

  private Future<Void> pause() {
    Promise<Void> promise = Promise.promise();
    vertx.setTimer(POLL_MS, id -> promise.complete());
    return promise.future();
  }

  private Future<Reply> take(
      IngestCall call,
      IngestContext context,
      UUID key,
      UUID holder,
      Function<Taken, IngestAnswer> answerTo) {
    HashingSplitter[] hashing = new HashingSplitter[1];
    long renewal =
        vertx.setPeriodic(RequestLedger.HOLD_MS / 3, id -> quietly(ledger.renew(key, holder)));
    return call.take(context, inner -> hashing[0] = new HashingSplitter(inner))
        .compose(
            taken ->
                note(key, holder, hashing[0].hash(), answerTo.apply(taken))
                    .map(answer -> new Reply(() -> answer.send(call.ctx()), taken.readToEnd())))
        .onFailure(e -> quietly(ledger.release(key, holder)))
        .onComplete(done -> vertx.cancelTimer(renewal));
  }

  private Future<IngestAnswer> note(UUID key, UUID holder, Buffer hash, IngestAnswer answer) {
    Future<Void> noted =
        answer.isFinal()
            ? ledger.complete(key, holder, hash, answer.status(), answer.json())
            : ledger.release(key, holder);
    return quietly(noted).map(answer);
  }

  /**
   * PostgreSQL may be away; then a repeat is not recognised as a whole, but its records still are.
   */
  private static Future<Void> quietly(Future<Void> noted) {
    return noted.recover(
        e -> {
          LOG.debug("an Idempotency-Key is not noted: {}", e.getMessage());
          return Future.succeededFuture();
        });
  }

  /** Reads the body only to see whether it is the same. */
  private static Future<Reply> repeat(
      IngestCall call, IngestContext context, Claim.Answered first) {
    HashingSplitter hashing = new HashingSplitter(HashingSplitter.NOWHERE);
    return call.take(context, inner -> hashing)
        .map(
            taken -> {
              boolean same = taken.readToEnd() && hashing.hash().equals(first.bodyHash());
              if (same) {
                context.metrics().repeatedRequest();
              }
              Runnable reply =
                  same
                      ? () -> JsonReply.sendText(call.ctx(), first.status(), first.answer())
                      : () -> Problems.reply(call.ctx(), differs());
              return new Reply(reply, taken.readToEnd());
            });
  }

  private static Problem differs() {
    return Problem.of(
        422, "this Idempotency-Key was used for another body; nothing of this one was taken");
  }
}
