package io.logagg.stream;

import io.logagg.bus.Bus;
import io.logagg.bus.DeadLetters;
import io.logagg.bus.Persistence;
import io.logagg.protocol.RecordRules;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.RefusalKind;
import io.vertx.core.Future;
import java.util.List;

/**
 * Moves dead letters into PostgreSQL. The newest stay on their stream, acknowledged, to be looked
 * at.
 */
final class DeadLetterWork implements EntryWork<DeadLetter> {
  private final StreamReader reader;
  private final Bus bus;
  private final RecordRules rules;
  private final long mirrorEntries;

  /**
   * @param rules for letters that another program wrote
   * @param mirrorEntries about how many are left on the stream
   */
  DeadLetterWork(StreamReader reader, Bus bus, RecordRules rules, long mirrorEntries) {
    this.reader = reader;
    this.bus = bus;
    this.rules = rules;
    this.mirrorEntries = mirrorEntries;
  }

  @Override
  public DeadLetter decode(RawEntry entry) {
    return rules.letter(read(entry));
  }

  private DeadLetter read(RawEntry entry) {
    try {
      return DeadLetterCodec.decode(entry);
    } catch (IllegalArgumentException e) {
      byte[] data = entry.bytes(DeadLetterCodec.FIELD);
      byte[] payload = data == null ? entry.json() : data;
      long at = entry.ms() * 1000;
      return DeadLetter.of(
              new DerivedStamps(reader.key() + ' ' + entry.id(), at).nextId(at),
              payload,
              0,
              payload.length,
              "an entry of the dead letters that cannot be read: " + e.getMessage(),
              reader.key(),
              Defaults.NONE,
              at)
          .withKind(RefusalKind.UNREADABLE_ENTRY);
    }
  }

  @Override
  public int weight(DeadLetter letter) {
    return 1;
  }

  @Override
  public Future<Void> store(List<DeadLetter> letters) {
    return bus.ask(Persistence.KEEP_DEAD_LETTERS, new DeadLetters(letters)).mapEmpty();
  }

  @Override
  public Future<Void> settle(RedisLink link, List<String> ids) {
    return reader
        .acknowledge(link, ids)
        .compose(done -> reader.trimAcknowledged(link, mirrorEntries));
  }
}
