package io.logagg.stream;

import io.logagg.protocol.Decoded;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.protocol.JsonRecordWriter;
import io.logagg.protocol.JsonSplitter;
import io.logagg.protocol.SliceSink;
import io.logagg.record.AppAccess;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RecordIds;
import io.logagg.record.RefusalKind;
import io.logagg.record.Stamps;
import io.logagg.record.TimeWindow;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Batches as fields of stream entries, in one of three forms:
 *
 * <ul>
 *   <li>{@code pack}: many records, see {@link PackCodec}; {@code n} beside it is their number;
 *   <li>{@code data}, {@code id}, {@code received_at} (microseconds) and {@code dedupe}: one record
 *       of ours as plain JSON beside its stamps;
 *   <li>{@code data} alone: one JSON record or an array of them, written by another program. Its
 *       stamps follow from the entry's id and the record's place in it.
 * </ul>
 */
final class EntryCodec {
  static final String PACK = "pack";

  /** How many records a pack has, for those who only count. */
  static final String COUNT = "n";

  private static final String DATA = "data";
  private static final String ID = "id";
  private static final String RECEIVED_AT = "received_at";
  private static final String DEDUPE = "dedupe";
  private static final String SOURCE = "stream";

  /** What our own entries hold was within bounds when it was received. */
  private static final TimeWindow ANY_TIME = new TimeWindow(0, 4_000_000);

  private final String streamKey;
  private final JsonRecordDecoder foreignDecoder;
  private final JsonRecordDecoder ownDecoder = new JsonRecordDecoder(ANY_TIME);

  /**
   * A codec for one stream.
   *
   * @param streamKey names the stream, as part of the stamps of foreign records
   * @param foreignDecoder of records of other programs
   */
  EntryCodec(String streamKey, JsonRecordDecoder foreignDecoder) {
    this.streamKey = streamKey;
    this.foreignDecoder = foreignDecoder;
  }

  /** The records of an entry, or none; and what in it could not be read. */
  record Content(@Nullable RecordBatch batch, List<DeadLetter> refused) {}

  /** Adds the fields of an entry that holds the batch. */
  static Request addPacked(Request xadd, RecordBatch batch) {
    return xadd.arg(PACK).arg(PackCodec.encode(batch)).arg(COUNT).arg(batch.records().size());
  }

  /** Adds the fields of an entry that holds one record as plain JSON. */
  static Request addPlain(Request xadd, LogRecord record) {
    xadd.arg(DATA).arg(JsonRecordWriter.write(record));
    xadd.arg(ID).arg(record.id().toString());
    xadd.arg(RECEIVED_AT).arg(record.receivedAtMicros());
    UUID dedupeKey = record.dedupeKey();
    return dedupeKey == null ? xadd : xadd.arg(DEDUPE).arg(dedupeKey.toString());
  }

  /** Never fails: of what cannot be read, all is kept in a dead letter. */
  Content decode(RawEntry entry) {
    byte[] data = entry.bytes(DATA);
    byte[] pack = entry.bytes(PACK);
    if (pack == null) {
      return data == null
          ? unreadable(entry, entry.json(), "the entry has no field data")
          : decodeData(entry, data);
    }
    try {
      return new Content(PackCodec.decode(pack), List.of());
    } catch (IllegalArgumentException e) {
      if (data != null) {
        return decodeData(entry, data); // Another program may have a field pack of its own.
      }
      byte[] kept = entry.fields().size() == 1 ? pack : entry.json();
      return unreadable(entry, kept, String.valueOf(e.getMessage()));
    }
  }

  private Content decodeData(RawEntry entry, byte[] data) {
    try {
      return isPlain(entry) ? decodePlain(entry, data) : decodeForeign(entry, data);
    } catch (IllegalArgumentException e) {
      return unreadable(entry, data, String.valueOf(e.getMessage()));
    }
  }

  private Content unreadable(RawEntry entry, byte[] bytes, String reason) {
    Stamps stamps = stamps(entry);
    return new Content(null, List.of(refuse(stamps, bytes, 0, bytes.length, unreadable(reason))));
  }

  private static Decoded.Refused unreadable(String reason) {
    return new Decoded.Refused(RefusalKind.UNREADABLE_ENTRY, reason);
  }

  private DeadLetter refuse(
      Stamps stamps, byte[] bytes, int from, int to, Decoded.Refused refused) {
    long at = stamps.receivedAtMicros();
    DeadLetter letter =
        DeadLetter.of(
                stamps.nextId(at), bytes, from, to, refused.reason(), SOURCE, Defaults.NONE, at)
            .withKind(refused.kind())
            .withApps(AppAccess.ALL.owners(refused.app()));
    return foreignDecoder.rules().letter(letter);
  }

  private Stamps stamps(RawEntry entry) {
    return new DerivedStamps(streamKey + ' ' + entry.id(), entry.ms() * 1000);
  }

  /** Another program may have a field {@code id} of its own, but hardly both. */
  private static boolean isPlain(RawEntry entry) {
    return entry.fields().containsKey(ID) && entry.fields().containsKey(RECEIVED_AT);
  }

  private Content decodePlain(RawEntry entry, byte[] data) {
    UUID id = UUID.fromString(required(entry, ID));
    if (!RecordIds.isRecordId(id)) {
      throw new IllegalArgumentException("no record has the id " + id);
    }
    String dedupe = entry.text(DEDUPE);
    long receivedAt = StampedTime.require(Long.parseLong(required(entry, RECEIVED_AT)));
    Stamps stamps = new Given(id, receivedAt);
    Decoded decoded =
        ownDecoder.decode(
            data,
            0,
            data.length,
            Defaults.NONE,
            stamps,
            dedupe == null ? null : UUID.fromString(dedupe));
    if (decoded instanceof Decoded.Accepted accepted) {
      if (accepted.record().timestampMicros() != RecordIds.timestampMicros(id)) {
        throw new IllegalArgumentException("the id " + id + " is not of the record's time");
      }
      return new Content(RecordBatch.of(List.of(accepted.record())), List.of());
    }
    throw new IllegalArgumentException(((Decoded.Refused) decoded).reason());
  }

  private static String required(RawEntry entry, String field) {
    String text = entry.text(field);
    if (text == null) {
      throw new IllegalArgumentException("the entry has no field " + field);
    }
    return text;
  }

  /** The stamps that an entry carries for its one record. */
  private record Given(UUID id, long receivedAtMicros) implements Stamps {
    @Override
    public UUID nextId(long timestampMicros) {
      return id;
    }
  }

  private Content decodeForeign(RawEntry entry, byte[] data) {
    ForeignRecords records = new ForeignRecords(stamps(entry));
    JsonSplitter splitter = new JsonSplitter(records, data.length + 1);
    try {
      splitter.feed(data, 0, data.length);
      splitter.end();
    } catch (FramingException e) {
      records.refuse(
          data,
          0,
          data.length,
          new Decoded.Refused(RefusalKind.BAD_JSON, String.valueOf(e.getMessage())));
    }
    UUID key =
        UUID.nameUUIDFromBytes((streamKey + ' ' + entry.id()).getBytes(StandardCharsets.UTF_8));
    RecordBatch batch = records.accepted.isEmpty() ? null : new RecordBatch(key, records.accepted);
    return new Content(batch, records.refused);
  }

  private final class ForeignRecords implements SliceSink {
    private final Stamps stamps;
    private final List<LogRecord> accepted = new ArrayList<>();
    private final List<DeadLetter> refused = new ArrayList<>();

    ForeignRecords(Stamps stamps) {
      this.stamps = stamps;
    }

    @Override
    public void slice(long line, byte[] bytes, int from, int to) {
      Decoded decoded = foreignDecoder.decode(bytes, from, to, Defaults.NONE, stamps, null);
      if (decoded instanceof Decoded.Accepted ok) {
        accepted.add(ok.record());
      } else if (decoded instanceof Decoded.Refused no) {
        refuse(bytes, from, to, no);
      }
    }

    @Override
    public void oversize(long line, byte[] prefix, int from, int to, long length) {
      throw new IllegalStateException("an entry's part cannot be longer than the entry");
    }

    void refuse(byte[] bytes, int from, int to, Decoded.Refused why) {
      refused.add(EntryCodec.this.refuse(stamps, bytes, from, to, why));
    }
  }
}
