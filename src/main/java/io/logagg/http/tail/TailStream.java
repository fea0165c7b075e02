package io.logagg.http.tail;

import io.logagg.filter.RecordMatcher;
import io.logagg.http.reply.LogEncoder;
import io.logagg.query.LogRow;
import io.logagg.query.TailBatch;
import io.logagg.query.TailFeed;
import io.logagg.query.TailPosition;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one client follows, as Server-Sent Events (HTML, section 9.2). What he does not read in time
 * is left out and counted for him, so that nobody holds more than {@link #MAX_UNREAD_BYTES} for
 * him. Belongs to the request's context, but for {@link #came} and {@link #failed}.
 */
final class TailStream implements TailFeed.Listener {
  private static final int MAX_UNREAD_BYTES = 1 << 20;

  /** Batches that may wait to be tested for this client. */
  private static final int MAX_PENDING = 8;

  /** In which a client whose connection was cut comes back. */
  private static final int RETRY_MS = 2_000;

  private final RoutingContext ctx;
  private final Vertx vertx;
  private final Context context = Vertx.currentContext();
  private final HttpServerResponse response;
  private final RecordMatcher matcher;
  private final TailMeters meters;
  private final boolean seesAll;
  private final LogEncoder encoder = new LogEncoder();
  private @Nullable TailPosition at;
  private final List<Promise<Void>> waiting = new ArrayList<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicLong passedOver = new AtomicLong();
  private long missed;
  private long missedInAll;
  private boolean isSilent;
  private boolean ended;
  private long beat = -1;

  /**
   * For one request.
   *
   * @param meters for all clients
   * @param seesAll whether the client may know how much there is of all apps
   */
  TailStream(RoutingContext ctx, RecordMatcher matcher, TailMeters meters, boolean seesAll) {
    this.ctx = ctx;
    this.vertx = ctx.vertx();
    this.response = ctx.response();
    this.matcher = matcher;
    this.meters = meters;
    this.seesAll = seesAll;
  }

  /**
   * Sends the head, and begins.
   *
   * @param beatMs after so long without anything to tell, the client is told that
   * @param onEnd called once it is over
   */
  void start(TailFeed.Follower joined, long beatMs, Consumer<TailStream> onEnd) {
    at = joined.position();
    ctx.addEndHandler(
        over -> {
          ended = true;
          goOn();
          vertx.cancelTimer(beat);
          joined.leave();
          onEnd.accept(this);
        });
    response
        .setChunked(true)
        .setWriteQueueMaxSize(MAX_UNREAD_BYTES)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        // Compressed, or gathered by a proxy, events would come late.
        .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
        .putHeader("X-Accel-Buffering", "no");
    response.write("retry: " + RETRY_MS + "\n" + idOnly(joined.position()));
    beat = vertx.setPeriodic(beatMs, id -> beat());
    joined.start();
  }

  /** Without data, a client takes note of the id and tells nobody. */
  private static String idOnly(TailPosition position) {
    return "id: " + position.text() + "\n\n";
  }

  private void beat() {
    TailPosition position = at;
    if (isSilent && position != null && !response.writeQueueFull()) {
      response.write(":\n" + idOnly(position));
    }
    isSilent = true;
  }

  @Override
  public Future<Void> came(TailBatch batch) {
    Promise<Void> ready = Promise.promise();
    // Not on an event loop: a regular expression may have a large message to go through.
    if (pending.incrementAndGet() > MAX_PENDING) {
      pending.decrementAndGet();
      passedOver.addAndGet(batch.rows().size() + batch.skipped());
      return Future.succeededFuture();
    }
    context
        .executeBlocking(() -> fitting(batch))
        .map(
            rows -> {
              take(batch, rows, ready);
              return true;
            })
        .onComplete(done -> pending.decrementAndGet())
        .onFailure(
            e -> {
              ready.tryFail(e);
              end();
            });
    return ready.future();
  }

  /** Which rows of a batch are meant. */
  private List<Integer> fitting(TailBatch batch) {
    return IntStream.range(0, batch.rows().size())
        .filter(i -> matcher.matches(batch.rows().get(i)))
        .boxed()
        .toList();
  }

  private void take(TailBatch batch, List<Integer> fitting, Promise<Void> ready) {
    if (ended) {
      ready.complete();
      return;
    }
    if (batch.gap()) {
      event("gap", "{\"reason\":\"what was stored between that position and now is not known\"}");
    }
    passedOver(batch.skipped() + passedOver.getAndSet(0));
    long missedBefore = missedInAll;
    fitting.forEach(i -> send(batch.rows().get(i), batch.positionBehind(i)));
    long missedNow = missedInAll - missedBefore;
    meters.told(fitting.size() - missedNow, missedNow);
    at = batch.next();
    if (response.writeQueueFull()) {
      waiting.add(ready);
      response.drainHandler(drained -> goOn());
    } else {
      tellMissed();
      ready.complete();
    }
  }

  /** Records of any app were left out before anybody looked whose they are. */
  private void passedOver(long skipped) {
    if (skipped > 0) {
      meters.passedOver(skipped);
      event(
          seesAll ? "missed" : "gap",
          seesAll
              ? "{\"missed\":" + skipped + ",\"at_most\":true}"
              : "{\"reason\":\"too much waited to be told: some records may have been left out\"}");
    }
  }

  private void goOn() {
    tellMissed();
    List<Promise<Void>> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(Promise::complete);
  }

  private void send(LogRow row, TailPosition position) {
    if (response.writeQueueFull()) {
      missed++;
      missedInAll++;
      return;
    }
    tellMissed();
    encoder.row(row);
    Buffer event = Buffer.buffer("id: " + position.text() + "\nevent: log\ndata: ");
    event.appendBuffer(encoder.finish()).appendString("\n\n");
    write(event);
  }

  private void tellMissed() {
    if (missed > 0 && !ended) {
      long told = missed;
      missed = 0;
      event("missed", "{\"missed\":" + told + "}");
    }
  }

  private void event(String name, String json) {
    write(Buffer.buffer("event: " + name + "\ndata: " + json + "\n\n"));
  }

  private void write(Buffer event) {
    isSilent = false;
    // A failure ends the connection, and with it this.
    response.write(event);
  }

  @Override
  public void failed(Throwable cause) {
    context.runOnContext(go -> end());
  }

  /** Ends the answer; the client will come back with its position. */
  void end() {
    if (!ended && !response.ended()) {
      response.end();
    }
  }
}
