package io.logagg.stream;

import io.logagg.retry.Backoff;
import io.logagg.stream.RedisException.Kind;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis that comes back by itself. Every command has a time limit; when one
 * passes, nothing is known of those under way, so the connection is given up and all of them fail.
 * Belongs to the context it is opened on, and must be used there.
 */
public final class RedisLink {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

  /** Beyond so many commands under way no more are sent; one pipeline has at most as many. */
  private static final int MAX_IN_FLIGHT = 1024;

  private static final long CHECK_MS = 50;
  private static final long CLOSE_LIMIT_MS = 1000;

  /** A quiet link asks now and then whether the other side is still there. */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(15);

  /**
   * Ends what neither side will end: a connection whose greeting is never answered. Longer than any
   * command may take.
   */
  private static final int READ_IDLE_SECONDS = 120;

  private final Vertx vertx;
  private final Context context;
  private final RedisSettings settings;
  private final String purpose;
  private final Runnable onUp;
  private final Backoff backoff;
  private final long checkTimer;

  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private int commandsInFlight;
  private long lastSentNanos = System.nanoTime();
  private @Nullable Attempt client;
  private @Nullable RedisConnection connection;
  private volatile @Nullable RedisConnection broken;
  private @Nullable String downReason;
  private long upSinceNanos;
  private boolean closed;

  private record InFlight(Promise<List<Response>> answer, int commands, long deadlineNanos) {}

  /** A client of one connection; closed while it connects, it would leave that connection open. */
  private record Attempt(Redis redis, Future<RedisConnection> connecting) {
    Future<Void> close() {
      return connecting.transform(done -> redis.close());
    }
  }

  private RedisLink(Vertx vertx, RedisSettings settings, String purpose, Runnable onUp) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.settings = settings;
    this.purpose = purpose;
    this.onUp = onUp;
    this.backoff = new Backoff(50, 2000, settings.random());
    this.checkTimer = vertx.setPeriodic(CHECK_MS, id -> check());
  }

  /**
   * Opens a link on the present context, which goes on trying until it is closed.
   *
   * @param purpose names it in the log
   * @param onUp is run each time the connection stands, on the same context
   */
  public static RedisLink open(Vertx vertx, RedisSettings settings, String purpose, Runnable onUp) {
    RedisLink link = new RedisLink(vertx, settings, purpose, onUp);
    link.connect();
    return link;
  }

  public boolean isUp() {
    return connection != null;
  }

  /**
   * Whether there is no connection, or was none at some time in the last so many milliseconds,
   * which is so for a while after the start.
   */
  boolean wasAwayWithin(long ms) {
    return !isUp() || System.nanoTime() - upSinceNanos < TimeUnit.MILLISECONDS.toNanos(ms);
  }

  /** Why there is no connection, for people. */
  public String downReason() {
    return downReason == null ? "not connected yet" : downReason;
  }

  private void connect() {
    if (closed) {
      return;
    }
    RedisOptions options =
        new RedisOptions()
            .setConnectionString(settings.url())
            .setMaxPoolSize(1)
            .setMaxWaitingHandlers(2 * MAX_IN_FLIGHT)
            // With RESP3's greeting, damaged answers could come before unasked() stands guard.
            .setProtocolNegotiation(false)
            .setPoolRecycleTimeout(-1)
            .setPoolCleanerInterval(-1);
    options
        .getNetClientOptions()
        .setConnectTimeout((int) settings.commandTimeoutMs())
        .setReadIdleTimeout(READ_IDLE_SECONDS)
        .setTcpKeepAlive(true)
        .setTcpNoDelay(true);
    Redis redis = Redis.createClient(vertx, options);
    Attempt attempt = new Attempt(redis, redis.connect());
    client = attempt;
    attempt
        .connecting()
        .compose(opened -> opened.send(Request.cmd(Command.PING)).map(pong -> opened))
        .timeout(settings.commandTimeoutMs(), TimeUnit.MILLISECONDS)
        .onComplete(result -> onConnected(attempt, result));
  }

  private void onConnected(Attempt attempt, AsyncResult<RedisConnection> result) {
    if (closed || !attempt.equals(client)) {
      closeQuietly(attempt);
      return;
    }
    if (result.failed()) {
      down(String.valueOf(result.cause().getMessage()));
      return;
    }
    RedisConnection opened = result.result();
    opened.exceptionHandler(e -> lost(opened, String.valueOf(e.getMessage())));
    opened.endHandler(end -> lost(opened, "connection closed"));
    opened.handler(reply -> unasked(opened));
    connection = opened;
    backoff.reset();
    if (downReason != null) {
      LOG.info("Redis is back ({})", purpose);
      downReason = null;
    }
    upSinceNanos = System.nanoTime();
    settings.advice().look(this);
    onUp.run();
  }

  /**
   * There is an answer, and nothing waits for one: the answers before it were perhaps not to the
   * commands that got them. After a damaged answer the client's parser hands that one out again and
   * again, first to all that wait and then for ever: only an exception gets it out of that.
   */
  private void unasked(RedisConnection which) {
    broken = which;
    context.runOnContext(next -> lost(which, "an answer to nothing that was asked"));
    throw new IllegalStateException("Redis' answers on a connection are damaged (" + purpose + ")");
  }

  private void lost(RedisConnection which, String reason) {
    if (connection == which) {
      down(reason);
    }
  }

  /** Gives up the connection and everything under way, and tries for a new one later. */
  private void down(String reason) {
    if (downReason == null) {
      LOG.warn("Redis is away ({}): {}", purpose, reason);
    }
    downReason = reason;
    connection = null;
    Attempt broken = client;
    client = null;
    if (broken != null) {
      closeQuietly(broken);
    }
    failAll(reason);
    if (!closed) {
      vertx.setTimer(backoff.nextMs(), id -> connect());
    }
  }

  private void failAll(String reason) {
    List<InFlight> lost = List.copyOf(inFlight);
    inFlight.clear();
    commandsInFlight = 0;
    RedisException unknown = new RedisException(Kind.UNKNOWN, "no answer from Redis: " + reason);
    lost.forEach(command -> command.answer().tryFail(unknown));
  }

  private void check() {
    InFlight oldest = inFlight.peek();
    if (oldest != null && System.nanoTime() - oldest.deadlineNanos() > 0) {
      down("a command took longer than its time limit");
    } else if (oldest == null
        && connection != null
        && System.nanoTime() - lastSentNanos > QUIET_NANOS) {
      send(Request.cmd(Command.PING))
          .onFailure(e -> LOG.debug("Redis does not answer ({}): {}", purpose, e.getMessage()));
    }
  }

  /** Sends a command. A failure is a {@link RedisException}. */
  public Future<@Nullable Response> send(Request request) {
    return send(request, 0);
  }

  /**
   * Sends a command that may block.
   *
   * @param blockMs how long Redis may take over it beyond the usual time limit
   */
  public Future<@Nullable Response> send(Request request, long blockMs) {
    return sendAll(List.of(request), blockMs).map(answers -> answers.get(0));
  }

  /**
   * Sends commands as one pipeline, a very long one in parts. If one fails, the others may have
   * been done.
   */
  public Future<List<Response>> sendAll(List<Request> requests) {
    if (requests.size() <= MAX_IN_FLIGHT) {
      return sendAll(requests, 0);
    }
    return sendAll(requests.subList(0, MAX_IN_FLIGHT), 0)
        .compose(
            first ->
                sendAll(requests.subList(MAX_IN_FLIGHT, requests.size()))
                    .map(rest -> Stream.concat(first.stream(), rest.stream()).toList()));
  }

  private Future<List<Response>> sendAll(List<Request> requests, long blockMs) {
    RedisConnection current = connection;
    if (current == null) {
      return Future.failedFuture(
          new RedisException(Kind.NOT_SENT, "Redis is away: " + downReason()));
    }
    if (commandsInFlight >= MAX_IN_FLIGHT) {
      return Future.failedFuture(
          new RedisException(Kind.OVERLOADED, "too many commands under way to Redis"));
    }
    Promise<List<Response>> answer = Promise.promise();
    long limitMs = settings.commandTimeoutMs() + blockMs;
    InFlight command =
        new InFlight(answer, requests.size(), System.nanoTime() + limitMs * 1_000_000);
    inFlight.add(command);
    lastSentNanos = System.nanoTime();
    commandsInFlight += requests.size();
    Future<List<Response>> sent =
        requests.size() == 1
            ? current.send(requests.get(0)).map(RedisLink::listOf)
            : current.batch(requests);
    // Not before all that came with it has been looked at: see unasked().
    sent.onComplete(
        result -> context.runOnContext(next -> onAnswer(command, result, current == broken)));
    return answer.future();
  }

  /** Like List.of, but Redis' nil is null. */
  private static List<Response> listOf(@Nullable Response response) {
    return Collections.singletonList(response);
  }

  private void onAnswer(InFlight command, AsyncResult<List<Response>> result, boolean isDamaged) {
    if (inFlight.remove(command)) {
      commandsInFlight -= command.commands();
    }
    if (isDamaged) {
      command.answer().tryFail(new RedisException(Kind.UNKNOWN, "the answers are damaged"));
    } else if (result.succeeded()) {
      command.answer().tryComplete(result.result());
    } else if (result.cause() instanceof Response reply && reply.type() == ResponseType.ERROR) {
      command.answer().tryFail(RedisException.ofReply(reply.toString()));
    } else {
      command.answer().tryFail(new RedisException(Kind.UNKNOWN, String.valueOf(result.cause())));
    }
  }

  /** Closes the link for good. What is under way fails. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(checkTimer);
    connection = null;
    failAll("closing");
    Attempt open = client;
    client = null;
    return open == null
        ? Future.succeededFuture()
        : open.close().timeout(CLOSE_LIMIT_MS, TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  private void closeQuietly(Attempt attempt) {
    try {
      attempt.close().onFailure(e -> LOG.debug("closing a connection to Redis ({})", purpose, e));
    } catch (RejectedExecutionException e) {
      LOG.debug("the event loops are gone ({})", purpose); // And the connection with them.
    }
  }
}
