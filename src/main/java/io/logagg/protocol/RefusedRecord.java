package io.logagg.protocol;

import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.LogRecord;
import io.logagg.record.RefusalKind;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;

/** A record that was decoded before it turned out that it cannot be stored. */
public final class RefusedRecord {
  private RefusedRecord() {}

  /**
   * The dead letter of it: the record as JSON, since its bytes as received are not known any more.
   * A replay makes the same record of it, received when this one was. The letter's id follows from
   * the record's, whoever refused it, so that refusing it twice keeps it once.
   *
   * @param reason why, for people
   * @param source who refused it
   */
  public static DeadLetter deadLetter(
      LogRecord record, RefusalKind kind, String reason, String source) {
    byte[] payload = JsonRecordWriter.write(record).getBytes(StandardCharsets.UTF_8);
    long seenAt = record.receivedAtMicros();
    UUID id = new DerivedStamps("refused " + record.id(), seenAt).nextId(seenAt);
    // A producer's own id stays free for a mended record; a place in a request is taken by now.
    UUID dedupeKey = record.sourceId() == null ? record.dedupeKey() : null;
    return DeadLetter.of(id, payload, 0, payload.length, reason, source, Defaults.NONE, seenAt)
        .withKind(kind)
        .withApps(Set.of(record.app()))
        .withDedupeKey(dedupeKey);
  }
}
