package io.logagg.listen;

import io.logagg.protocol.FramingException;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from one socket, a chunk at a time and none while the collector is full. Belongs to the
 * socket's context.
 */
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** Nothing came for so long: what the sender had on its way has arrived. */
  private static final long QUIET_MS = 500;

  /** What all connections of a verticle hold of messages without an end. */
  interface Held {
    /** So many bytes more, or fewer; false if that is too much now. */
    boolean add(int bytes);
  }

  private final Vertx vertx;
  private final NetSocket socket;
  private final Frames frames;
  private final Intake intake;
  private final Collector collector;
  private final ListenMeters meters;
  private final Held held;
  private final Runnable onEnd;
  private int heldBytes;
  private boolean ended;
  private boolean quiet;
  private boolean waits;
  private final Runnable goOn = this::goOn;

  /**
   * Starts reading.
   *
   * @param held is told by how much what is held grows or shrinks
   */
  Connection(
      Vertx vertx,
      NetSocket socket,
      Frames frames,
      Intake intake,
      Collector collector,
      ListenMeters meters,
      Held held,
      Runnable onEnd) {
    this.vertx = vertx;
    this.socket = socket;
    this.frames = frames;
    this.intake = intake;
    this.collector = collector;
    this.meters = meters;
    this.held = held;
    this.onEnd = onEnd;
    socket
        .pause()
        .handler(this::onChunk)
        .endHandler(end -> end())
        .closeHandler(closed -> left())
        .exceptionHandler(e -> LOG.debug("a connection broke: {}", e.getMessage()));
    socket.shutdownHandler(timeout -> drain());
    next();
  }

  private void onChunk(Buffer chunk) {
    quiet = false;
    if (ended) {
      return;
    }
    byte[] bytes = chunk.getBytes();
    meters.read(bytes.length);
    intake.receivedNow();
    try {
      frames.feed(bytes, 0, bytes.length);
    } catch (FramingException | RuntimeException e) {
      LOG.error("reading from {} failed", socket.remoteAddress(), e);
      close();
      return;
    }
    if (holdsTooMuch()) {
      meters.closed("unfinished");
      LOG.warn("{} is closed: too much is held of messages without an end", socket.remoteAddress());
      close();
      return;
    }
    next();
  }

  /** Whether it has added to what is held while that is too much. */
  private boolean holdsTooMuch() {
    int before = heldBytes;
    if (holds()) {
      return false;
    }
    frames.flush();
    return !holds() && heldBytes > before;
  }

  /** Whether all connections together hold no more than they may. */
  private boolean holds() {
    int now = frames.heldBytes();
    int more = now - heldBytes;
    heldBytes = now;
    return held.add(more);
  }

  private void next() {
    if (ended || waits) {
      return;
    }
    if (collector.isFull()) {
      waits = true;
      collector.await(goOn);
    } else {
      socket.fetch(1);
    }
  }

  private void goOn() {
    waits = false;
    quiet = false;
    next();
  }

  /**
   * The sender is gone: the little that came of it is read though there is no room, since its place
   * is not free before; but not beyond what may be held.
   */
  private void left() {
    if (!collector.hasOverflown()) {
      socket.resume();
    }
  }

  /** Hands on what nothing was added to for a while. */
  void expire() {
    if (!ended) {
      intake.receivedNow();
      frames.expire();
      holds();
    }
  }

  private void close() {
    end();
    socket.close().onFailure(e -> LOG.debug("closing failed: {}", e.getMessage()));
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      handOnRest();
    } catch (RuntimeException e) {
      LOG.error("what was left of {} is lost", socket.remoteAddress(), e);
    } finally {
      collector.forget(goOn);
      held.add(-heldBytes);
      heldBytes = 0;
      onEnd.run();
    }
  }

  private void handOnRest() {
    intake.receivedNow();
    intake.ends();
    try {
      frames.end();
    } catch (FramingException e) {
      intake.cutOff(frames.unfinished(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("reading the end of {} failed", socket.remoteAddress(), e);
      intake.cutOff(frames.unfinished(), "it could not be read: " + e);
    }
  }

  /**
   * The process is ending: the sender is told that nothing will be read any more, and what it has
   * sent by then still is.
   */
  private void drain() {
    Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
    if (!socket.isSsl() && channel instanceof SocketChannel tcp) {
      tcp.shutdownOutput()
          .addListener(
              done -> {
                if (!done.isSuccess()) {
                  LOG.debug("half-closing failed: {}", done.cause().getMessage());
                }
              });
    }
    awaitQuiet();
  }

  private void awaitQuiet() {
    quiet = true;
    vertx.setTimer(
        QUIET_MS,
        id -> {
          if (ended) {
            return;
          }
          if (quiet && !waits) {
            close();
          } else {
            awaitQuiet();
          }
        });
  }
}
