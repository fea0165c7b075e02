package io.logagg.bus;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests and answers between verticles of one process. The event bus itself neither bounds nor
 * answers anything, and swallows what a consumer throws; {@link #serve} answers always.
 * Thread-safe.
 */
public final class Bus {
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

  private final EventBus eventBus;
  private final DeliveryOptions options;

  private Bus(EventBus eventBus, DeliveryOptions options) {
    this.eventBus = eventBus;
    this.options = options;
  }

  /** Once per Vert.x instance, before any verticle uses the bus. */
  public static void register(Vertx vertx) {
    vertx.eventBus().registerCodec(new IdentityCodec());
  }

  /**
   * The bus of a Vert.x instance.
   *
   * @param timeoutMs how long a request may go unanswered before it fails as {@link
   *     Failure#TRANSIENT}
   */
  public static Bus of(Vertx vertx, long timeoutMs) {
    return new Bus(
        vertx.eventBus(),
        new DeliveryOptions()
            .setCodecName(IdentityCodec.NAME)
            .setLocalOnly(true)
            .setSendTimeout(timeoutMs));
  }

  /** Asks one of those who serve the address. A failure is a {@link BusException}. */
  public <Q, A> Future<A> ask(Address<Q, A> address, Q request) {
    return eventBus
        .<Object>request(address.name(), request, options)
        .transform(reply -> answer(address, reply));
  }

  private static <Q, A> Future<A> answer(
      Address<Q, A> address, AsyncResult<Message<Object>> reply) {
    if (reply.failed()) {
      return Future.failedFuture(toBusException(address, reply.cause()));
    }
    Object body = reply.result().body();
    return body instanceof BusException failure
        ? Future.failedFuture(failure)
        : Future.succeededFuture(address.answer().cast(body));
  }

  private static BusException toBusException(Address<?, ?> address, Throwable cause) {
    if (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
      return new BusException(
          Failure.UNAVAILABLE, "nobody serves " + address.name() + " in this process");
    }
    if (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT) {
      return new BusException(Failure.TRANSIENT, address.name() + " gave no answer in time", cause);
    }
    return new BusException(
        Failure.INTERNAL, address.name() + " failed: " + cause.getMessage(), cause);
  }

  /**
   * Serves an address on the calling verticle's context. What the handler throws or fails with goes
   * back to the one who asked; anything but a {@link BusException} is logged as a bug.
   */
  public <Q, A> MessageConsumer<Object> serve(
      Address<Q, A> address, Function<Q, Future<A>> handler) {
    return eventBus.<Object>localConsumer(
        address.name(),
        message -> {
          Future<A> done;
          try {
            Future<A> handled = handler.apply(address.request().cast(message.body()));
            done = Objects.requireNonNull(handled, "the handler gave no future");
          } catch (Throwable e) { // Errors too: whoever asked must not wait in vain.
            done = Future.failedFuture(e);
          }
          done.onComplete(result -> message.reply(reply(address, result), options));
        });
  }

  private static <A> Object reply(Address<?, A> address, AsyncResult<A> result) {
    if (result.succeeded()) {
      return result.result();
    }
    if (result.cause() instanceof BusException failure) {
      return failure;
    }
    if (result.cause() instanceof OutOfMemoryError
        || result.cause() instanceof RejectedExecutionException) {
      // The process is short of something, or ending; the request is not at fault.
      return new BusException(Failure.TRANSIENT, String.valueOf(result.cause()), result.cause());
    }
    LOG.error("serving {} failed", address.name(), result.cause());
    return new BusException(Failure.INTERNAL, String.valueOf(result.cause()), result.cause());
  }
}
