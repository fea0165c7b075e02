package io.logagg.stream;

import io.logagg.bus.Address;
import io.logagg.bus.Bus;
import io.logagg.bus.ForgetEntries;
import io.logagg.bus.Persistence;
import io.logagg.record.DeadLetter;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the stream and has persistence store what is on it; moves dead letters likewise. Each
 * instance is a consumer of its own.
 */
public final class StreamConsumerVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(StreamConsumerVerticle.class);
  private static final long FORGET_PERIOD_MS = TimeUnit.MINUTES.toMillis(1);
  private static final int DEAD_LETTERS_IN_FLIGHT = 1;

  private final StreamConsumerOptions options;
  private @Nullable GroupConsumer<RecordWork.Received> records;
  private @Nullable GroupConsumer<DeadLetter> deadLetters;

  public StreamConsumerVerticle(StreamConsumerOptions options) {
    this.options = options;
  }

  @Override
  public Future<?> start() {
    Bus bus = Bus.of(vertx, options.writeTimeoutMs());
    records = startRecords(bus);
    deadLetters = startDeadLetters(bus);
    return Future.succeededFuture();
  }

  private GroupConsumer<RecordWork.Received> startRecords(Bus bus) {
    StreamNames names = options.names();
    StreamReader reader = new StreamReader(names.stream(), names.group(), options.consumerName());
    RecordWork work =
        new RecordWork(
            new EntryCodec(names.stream(), options.window()),
            reader,
            names.deadLetters(),
            options.repeatWindowMs(),
            bus,
            this::commandLink,
            options.traces());
    GroupConsumer<RecordWork.Received> consumer =
        GroupConsumer.start(
            vertx,
            options.redis(),
            options.consumer(options.maxInFlight(), StreamMeters.RECORDS),
            reader,
            work);
    forgetBehind(bus, Persistence.FORGET_ENTRIES, reader, consumer);
    OrphanSweep orphans = new OrphanSweep(names.stream(), names.group(), options.consumerName());
    vertx.setPeriodic(
        Math.max(1, options.claimIdleMs()),
        id -> adopt(orphans, consumer.commandLink(), OrphanSweep.START));
    return consumer;
  }

  private GroupConsumer<DeadLetter> startDeadLetters(Bus bus) {
    StreamNames names = options.names();
    StreamReader reader =
        new StreamReader(names.deadLetters(), names.group(), options.consumerName());
    DeadLetterWork work = new DeadLetterWork(reader, bus, options.mirrorEntries());
    GroupConsumer<DeadLetter> consumer =
        GroupConsumer.start(
            vertx,
            options.redis(),
            options.consumer(DEAD_LETTERS_IN_FLIGHT, StreamMeters.DEAD_LETTERS),
            reader,
            work);
    forgetBehind(bus, Persistence.FORGET_DEAD_LETTERS, reader, consumer);
    return consumer;
  }

  private RedisLink commandLink() {
    GroupConsumer<RecordWork.Received> consumer = records;
    if (consumer == null) {
      throw new IllegalStateException("entries before start");
    }
    return consumer.commandLink();
  }

  /** Has what is remembered of entries forgotten once the stream has moved past them. */
  private void forgetBehind(
      Bus bus,
      Address<ForgetEntries, Integer> address,
      StreamReader reader,
      GroupConsumer<?> consumer) {
    vertx.setPeriodic(
        FORGET_PERIOD_MS,
        id -> {
          if (consumer.commandLink().isUp()) {
            reader
                .firstEntryMs(consumer.commandLink())
                .compose(firstMs -> bus.ask(address, new ForgetEntries(firstMs)))
                .onFailure(e -> LOG.debug("{}: {}", address.name(), e.getMessage()));
          }
        });
  }

  /** Goes on at once while there are some, since each look is a short one. */
  private static void adopt(OrphanSweep orphans, RedisLink link, String from) {
    if (link.isUp()) {
      orphans
          .run(link, from)
          .onSuccess(
              look -> {
                if (look.adopted() > 0) {
                  LOG.warn(
                      "{} entries were pending for nobody; they will be claimed", look.adopted());
                  adopt(orphans, link, look.next());
                }
              })
          .onFailure(e -> LOG.debug("looking for entries that nobody has: {}", e.getMessage()));
    }
  }

  @Override
  public Future<?> stop() {
    return Future.join(stop(records), stop(deadLetters));
  }

  private static Future<Void> stop(@Nullable GroupConsumer<?> consumer) {
    return consumer == null ? Future.succeededFuture() : consumer.stop();
  }
}
