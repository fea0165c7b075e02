package io.logagg.http.ingest;

import io.logagg.http.ingest.IngestCall.Taken;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.persistence.RequestLedger;
import io.logagg.persistence.RequestLedger.BodyRead;
import io.logagg.persistence.RequestLedger.Claim;
import io.logagg.record.DedupeKeys;
import io.logagg.record.Stamper;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.channels.ClosedChannelException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
  private static final long BUSY_LIMIT_MS = 5000;
  private static final String UNDER_WAY = "another request with this Idempotency-Key is under way";
  private static final String CROWDED = "too many requests with an Idempotency-Key at once";

  private final Vertx vertx;
  private final RequestLedger ledger;
  private final Stamper stamper;
  private final Turns turns;

  /** One who is at a request with that key. */
  private record Holder(UUID key, UUID id) {}

  IdempotentIngest(Vertx vertx, RequestLedger ledger, Stamper stamper) {
    this.vertx = vertx;
    this.ledger = ledger;
    this.stamper = stamper;
    this.turns = new Turns(vertx);
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
    UUID key = DedupeKeys.ofRequest(call.described().sender().id(), idempotencyKey);
    Holder holder = new Holder(key, stamper.now().nextId(stamper.nowMicros()));
    // Until the body is read nobody else would notice that the sender has left.
    AtomicBoolean gone = new AtomicBoolean();
    call.ctx().request().exceptionHandler(e -> gone.set(true));
    long deadlineNanos = System.nanoTime() + BUSY_LIMIT_MS * 1_000_000;
    return turns
        .enter(key, BUSY_LIMIT_MS)
        .compose(
            entered ->
                entered
                    ? claim(holder, deadlineNanos)
                        .compose(
                            claim -> proceed(call, context, holder, claim, gone, answerTo),
                            e -> {
                              turns.leave(key);
                              return Future.succeededFuture(retryLater(call, CROWDED));
                            })
                    : Future.succeededFuture(retryLater(call, UNDER_WAY)));
  }

  /** Whoever only repeats what was answered does not hold up the others. */
  private Future<Reply> proceed(
      IngestCall call,
      IngestContext context,
      Holder holder,
      Claim claim,
      AtomicBoolean gone,
      Function<Taken, IngestAnswer> answerTo) {
    if (claim instanceof Claim.Answered first && !gone.get()) {
      turns.leave(holder.key());
      return repeat(call, context, first);
    }
    return Future.succeededFuture(claim)
        .compose(
            found -> {
              if (gone.get()) {
                call.inflation().close();
                return quietly(ledger.release(holder.key(), holder.id()))
                    .compose(done -> Future.failedFuture(new ClosedChannelException()));
              }
              if (found instanceof Claim.Busy) {
                return Future.succeededFuture(retryLater(call, UNDER_WAY));
              }
              BodyRead before = found instanceof Claim.Mine mine ? mine.before() : null;
              return take(call, context, holder, before, answerTo);
            })
        .onComplete(done -> turns.leave(holder.key()));
  }

  private static Reply retryLater(IngestCall call, String why) {
    call.inflation().close();
    Problem problem = Problem.retryLater(503, why, 2).at(Limit.SAME_KEY);
    return new Reply(() -> Problems.reply(call.ctx(), problem), false);
  }

  /** Waits for a while if another request with the key is under way, in another process maybe. */
  private Future<Claim> claim(Holder holder, long deadlineNanos) {
    return here(ledger.claim(holder.key(), holder.id()))
        .compose(
            claim -> {
              boolean waits = claim instanceof Claim.Busy && System.nanoTime() - deadlineNanos < 0;
              return waits
                  ? vertx
                      .timer(POLL_MS, TimeUnit.MILLISECONDS)
                      .compose(done -> claim(holder, deadlineNanos))
                  : Future.succeededFuture(claim);
            });
  }

  /** Goes on where it began, wherever the database's answer comes. */
  private <T> Future<T> here(Future<T> elsewhere) {
    Context context = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    elsewhere.onComplete(
        result -> context.runOnContext(id -> promise.complete(result.result(), result.cause())));
    return promise.future();
  }

  private Future<Reply> take(
      IngestCall call,
      IngestContext context,
      Holder holder,
      @Nullable BodyRead before,
      Function<Taken, IngestAnswer> answerTo) {
    HashingSplitter[] body = new HashingSplitter[1];
    long renewal =
        vertx.setPeriodic(
            RequestLedger.HOLD_MS / 3, id -> quietly(ledger.renew(holder.key(), holder.id())));
    return call.take(
            context,
            inner ->
                body[0] =
                    new HashingSplitter(
                        inner, call.described().defaults(), call.format().isHeldWhole(), before))
        .compose(taken -> answer(call, holder, body[0], taken, answerTo))
        .onFailure(e -> brokenOff(holder, body[0]))
        .onComplete(done -> vertx.cancelTimer(renewal));
  }

  /**
   * Of another body nothing is acknowledged, nor of one that broke off before it could be told
   * apart.
   */
  private Future<Reply> answer(
      IngestCall call,
      Holder holder,
      HashingSplitter body,
      Taken taken,
      Function<Taken, IngestAnswer> answerTo) {
    if (!body.matches()) {
      Problem why = taken.result().problem();
      Problem problem = body.differs() || why == null ? differs() : why;
      return brokenOff(holder, body)
          .map(done -> new Reply(() -> Problems.reply(call.ctx(), problem), taken.readToEnd()));
    }
    IngestAnswer answer = answerTo.apply(taken);
    Future<Void> noted =
        answer.isFinal()
            ? quietly(
                ledger.complete(
                    holder.key(), holder.id(), body.read(), answer.status(), answer.json()))
            : brokenOff(holder, body);
    return noted.map(done -> new Reply(() -> answer.send(call.ctx()), taken.readToEnd()));
  }

  /** Lets the next one in, who must have the same body. */
  private Future<Void> brokenOff(Holder holder, HashingSplitter body) {
    BodyRead read = body.read();
    boolean tells = body.matches() && read.bytes() > 0;
    return quietly(
        tells
            ? ledger.breakOff(holder.key(), holder.id(), read)
            : ledger.release(holder.key(), holder.id()));
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

  /**
   * Reads the body to see whether it is the same. Whoever wants to hear of the commit has it taken
   * anew: nothing of it is stored twice, and its batches can be watched.
   */
  private static Future<Reply> repeat(
      IngestCall call, IngestContext context, Claim.Answered first) {
    boolean anew = call.described().waitUntilStored() && first.status() == 202;
    HashingSplitter[] body = new HashingSplitter[1];
    return call.take(
            context,
            inner ->
                body[0] =
                    new HashingSplitter(
                        anew ? inner : HashingSplitter.NOWHERE,
                        call.described().defaults(),
                        call.format().isHeldWhole(),
                        first.body()))
        .map(
            taken -> {
              Runnable reply = () -> repeat(call, context, first, body[0], taken, anew);
              return new Reply(reply, taken.readToEnd());
            });
  }

  private static void repeat(
      IngestCall call,
      IngestContext context,
      Claim.Answered first,
      HashingSplitter body,
      Taken taken,
      boolean anew) {
    Problem brokenOff = taken.result().problem();
    if (body.differs()) {
      Problems.reply(call.ctx(), differs());
    } else if (brokenOff != null) {
      Problems.reply(call.ctx(), brokenOff);
    } else if (anew && !taken.result().stored()) {
      IngestAnswer.of(taken.result()).send(call.ctx());
    } else {
      context.meters().repeatedRequest();
      JsonReply.sendText(call.ctx(), first.status(), first.answer());
    }
  }

  private static Problem differs() {
    return Problem.of(
        422,
        "this Idempotency-Key was used for another body, and nothing of this one is acknowledged;"
            + " send the whole same body again under it, or the rest under a new key");
  }
}
