package io.logagg.http.ingest;

import io.logagg.http.Problem;
import io.logagg.http.Problems;
import io.logagg.http.inflate.CorruptBodyException;
import io.logagg.http.inflate.Inflation;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a body from its socket into the intake: one chunk at a time, a bounded number of bytes a
 * turn, and none while too much is on its way. Belongs to the request's context.
 */
final class BodyPump {
  private static final Logger LOG = LoggerFactory.getLogger(BodyPump.class);
  private static final int BUFFER_BYTES = 64 << 10;

  private final Context context;
  private final HttpServerRequest request;
  private final Inflation inflation;
  private final BodySplitter splitter;
  private final IngestIntake intake;
  private final long maxBodyBytes;
  private final Promise<Outcome> done = Promise.promise();

  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int inflated;
  private long inflatedBytes;
  private boolean chunkPending;
  private boolean bodyEnded;
  private boolean finished;
  private boolean inTurn;

  private BodyPump(
      HttpServerRequest request,
      Inflation inflation,
      BodySplitter splitter,
      IngestIntake intake,
      long maxBodyBytes) {
    this.context = Vertx.currentContext();
    this.request = request;
    this.inflation = inflation;
    this.splitter = splitter;
    this.intake = intake;
    this.maxBodyBytes = maxBodyBytes;
  }

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
   */
  static Future<Outcome> start(
      HttpServerRequest request,
      Inflation inflation,
      BodySplitter splitter,
      IngestIntake intake,
      long maxBodyBytes) {
    BodyPump pump = new BodyPump(request, inflation, splitter, intake, maxBodyBytes);
    intake.onProgress(pump::turn);
    request.handler(pump::onChunk);
    request.endHandler(end -> pump.onEnd());
    request.exceptionHandler(pump::onLost);
    request.fetch(1);
    return pump.done.future().onComplete(result -> inflation.close());
  }

  private void onChunk(Buffer chunk) {
    if (finished) {
      return; // The rest of a body that was given up.
    }
    inflation.input(chunk.getBytes());
    chunkPending = true;
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
        inflation.end();
        splitter.end();
        finish();
      }
    } catch (CorruptBodyException | FramingException e) {
      intake.breakOff(Problem.of(400, String.valueOf(e.getMessage())));
      finish();
    } catch (RuntimeException e) {
      LOG.error("taking a body failed", e);
      intake.breakOff(Problem.of(500, "an error of ours: see the server's log"));
      finish();
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
      if (inflatedBytes + count > maxBodyBytes) {
        splitter.feed(buffer, 0, (int) (maxBodyBytes - inflatedBytes));
        intake.breakOff(
            Problem.of(413, "the body has more than http.maxBodyBytes=" + maxBodyBytes + " bytes"));
        finish();
        return;
      }
      inflatedBytes += count;
      intake.inflated(count);
      budget -= count;
      splitter.feed(buffer, 0, count);
      intake.holds(splitter.heldBytes());
    }
    context.runOnContext(next -> turn());
  }

  private void finish() {
    finished = true;
    done.tryComplete(new Outcome(bodyEnded, inflatedBytes));
  }
}
