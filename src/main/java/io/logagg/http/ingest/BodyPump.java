package io.logagg.http.ingest;

import io.logagg.http.inflate.CorruptBodyException;
import io.logagg.http.inflate.Inflation;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a body from its socket into the intake: one chunk at a time, a bounded number of bytes a
 * turn, and none while too much is on its way. Belongs to the request's context.
 */
final class BodyPump {
  private static final Logger LOG = LoggerFactory.getLogger(BodyPump.class);
  private static final byte[] NONE = new byte[0];

  private final Context context;
  private final HttpServerRequest request;
  private final ReadBuffers buffers;
  private final Inflation inflation;
  private final BodySplitter splitter;
  private final IngestIntake intake;
  private final Limit limit;
  private final Supplier<Future<Void>> atEnd;
  private final Promise<Outcome> done = Promise.promise();

  /** Empty between two chunks: most of what a request waits for is the next one. */
  private byte[] buffer = NONE;

  private int inflated;
  private long inflatedBytes;
  private boolean chunkPending;
  private boolean bodyEnded;
  private boolean finished;
  private boolean inTurn;
  private @Nullable Future<Void> ready;
  private boolean handsOnMore;

  private BodyPump(
      HttpServerRequest request,
      ReadBuffers buffers,
      Inflation inflation,
      BodySplitter splitter,
      IngestIntake intake,
      Limit limit,
      Supplier<Future<Void>> atEnd) {
    this.context = Vertx.currentContext();
    this.request = request;
    this.buffers = buffers;
    this.inflation = inflation;
    this.splitter = splitter;
    this.intake = intake;
    this.limit = limit;
    this.atEnd = atEnd;
  }

  /**
   * How long a body may be, inflated.
   *
   * @param key what it is configured by
   */
  record Limit(String key, long bytes) {}

  /**
   * How far it got.
   *
   * @param readToEnd whether nothing of the body is left on the socket
   * @param inflatedBytes how many bytes the body had, inflated, up to there
   */
  record Outcome(boolean readToEnd, long inflatedBytes) {}

  /**
   * Starts on a request that is paused. Done when no more is to be read; what was wrong with it
   * stands in the intake. Fails only if the connection does.
   *
   * @param atEnd is waited for between the body's last byte and the splitter's end
   */
  static Future<Outcome> start(
      HttpServerRequest request,
      ReadBuffers buffers,
      Inflation inflation,
      BodySplitter splitter,
      IngestIntake intake,
      Limit limit,
      Supplier<Future<Void>> atEnd) {
    BodyPump pump = new BodyPump(request, buffers, inflation, splitter, intake, limit, atEnd);
    intake.onProgress(pump::turn);
    request.handler(pump::onChunk);
    request.endHandler(end -> pump.onEnd());
    request.exceptionHandler(pump::onLost);
    request.fetch(1);
    return pump.done
        .future()
        .onComplete(
            result -> {
              inflation.close();
              pump.letGo();
            });
  }

  private void onChunk(Buffer chunk) {
    if (finished) {
      return; // The rest of a body that was given up.
    }
    inflation.input(chunk.getBytes());
    chunkPending = true;
    buffer = buffers.take();
    intake.receivedNow();
    turn();
  }

  private void onEnd() {
    bodyEnded = true;
    turn();
  }

  private void onLost(Throwable e) {
    if (finished) {
      return;
    }
    Problem problem = Problems.ofBrokenBody(e);
    if (problem == null) {
      finished = true;
      done.tryFail(e);
    } else {
      intake.breakOff(problem);
      finish();
    }
  }

  private void turn() {
    if (finished || inTurn) {
      return;
    }
    inTurn = true;
    try {
      step();
    } finally {
      inTurn = false;
    }
  }

  private void step() {
    if (intake.isBroken()) {
      intake.stop();
      finish();
      return;
    }
    try {
      if (chunkPending) {
        decodeChunk();
      } else if (bodyEnded) {
        end();
      }
    } catch (CorruptBodyException | FramingException e) {
      intake.breakOff(Problem.of(400, intake.redacted(String.valueOf(e.getMessage()))));
      finish();
    } catch (RuntimeException e) {
      LOG.error("taking a body failed", e);
      intake.breakOff(Problem.of(500, "an error of ours: see the server's log"));
      finish();
    }
  }

  /** Hands on what the splitter has left, a part a turn. */
  private void end() throws CorruptBodyException, FramingException {
    Future<Void> waited = ready;
    if (waited == null) {
      inflation.end();
      waited = atEnd.get();
      ready = waited;
      if (!waited.isComplete()) {
        waited.onComplete(done -> context.runOnContext(next -> turn()));
      }
    }
    // As below: what is taken to its end need not wait.
    if (!waited.isComplete() || (handsOnMore && intake.mustWait())) {
      return; // Goes on when it is, or the intake says so.
    }
    if (splitter.end()) {
      finish();
    } else {
      handsOnMore = true;
      intake.endOfPart();
      context.runOnContext(next -> turn());
    }
  }

  private void decodeChunk() throws CorruptBodyException, FramingException {
    int budget = IngestLimits.BYTES_PER_TURN;
    while (budget > 0) {
      if (intake.isBroken()) {
        intake.stop();
        finish();
        return;
      }
      if (inflated == 0) {
        inflated = inflation.read(buffer);
      }
      int count = inflated;
      if (count == 0) {
        chunkPending = false;
        letGo();
        if (bodyEnded) {
          context.runOnContext(next -> turn());
        } else {
          request.fetch(1);
        }
        return;
      }
      // Not before it is known that there is more: what is taken to its end need not wait.
      if (intake.mustWait()) {
        return; // Goes on when the intake says so.
      }
      if (intake.isBroken()) {
        continue; // It has waited for too long.
      }
      inflated = 0;
      if (inflatedBytes + count > limit.bytes()) {
        splitter.feed(buffer, 0, (int) (limit.bytes() - inflatedBytes));
        intake.breakOff(
            Problem.of(
                413, "the body has more than " + limit.key() + "=" + limit.bytes() + " bytes"));
        finish();
        return;
      }
      inflatedBytes += count;
      intake.inflated(count);
      budget -= count;
      splitter.feed(buffer, 0, count);
      intake.holds(splitter.heldBytes());
      intake.inflating(inflation.heldBytes());
    }
    context.runOnContext(next -> turn());
  }

  /** Nothing in the buffer is needed any more. */
  private void letGo() {
    if (buffer != NONE) {
      buffers.giveBack(buffer);
      buffer = NONE;
    }
  }

  private void finish() {
    finished = true;
    done.tryComplete(new Outcome(bodyEnded, inflatedBytes));
  }
}
