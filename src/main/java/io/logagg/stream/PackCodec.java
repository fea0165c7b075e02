package io.logagg.stream;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RecordIds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Many records in one stream entry. Version 2: a byte 2; a byte that is 1 if the rest is compressed
 * with zstd, preceded then by its inflated length as a varint; the rest is the batch's key (16
 * bytes), the number of records, and per record its id (16), time of receipt (8), level, app,
 * service (words), message, metadata (texts), source id (word) and a byte that is 1 if its dedupe
 * key (16) follows. The record's own time is in its id. The last four bytes are the CRC-32C (RFC
 * 3720 §12.1) of all before them: Redis' protocol notices no damage, and damaged records must not
 * pass for good ones.
 */
final class PackCodec {
  private static final int VERSION = 2;
  private static final int PLAIN = 0;
  private static final int ZSTD = 1;

  /** The fastest level: packs are mostly repetition, and an entry lives for a second. */
  private static final int ZSTD_LEVEL = 1;

  private static final int CRC_BYTES = Integer.BYTES;

  private static final int MIN_BYTES_TO_COMPRESS = 512;

  /** Far above what we write; keeps a foreign entry from claiming all memory. */
  private static final int MAX_CAPACITY = 10_000;

  private static final int MAX_BODY_BYTES = 256 << 20;

  private PackCodec() {}

  static byte[] encode(RecordBatch batch) {
    PackWriter body = new PackWriter(batch.records().size() * 256 + 64);
    body.uuid(batch.key());
    body.varint(batch.records().size());
    for (LogRecord record : batch.records()) {
      encode(record, body);
    }
    return body.size() < MIN_BYTES_TO_COMPRESS ? plain(body) : compressed(body);
  }

  private static void encode(LogRecord record, PackWriter out) {
    out.uuid(record.id());
    out.int64(record.receivedAtMicros());
    out.word(record.level());
    out.word(record.app());
    out.word(record.service());
    out.text(record.message());
    out.text(record.metadata());
    out.word(record.sourceId());
    UUID dedupeKey = record.dedupeKey();
    out.varint(dedupeKey == null ? 0 : 1);
    if (dedupeKey != null) {
      out.uuid(dedupeKey);
    }
  }

  private static byte[] plain(PackWriter body) {
    byte[] entry = new byte[2 + body.size() + CRC_BYTES];
    entry[0] = VERSION;
    entry[1] = PLAIN;
    System.arraycopy(body.array(), 0, entry, 2, body.size());
    return sealed(entry);
  }

  private static byte[] compressed(PackWriter body) {
    PackWriter header = new PackWriter(12);
    header.varint(VERSION);
    header.varint(ZSTD);
    header.varint(body.size());
    byte[] entry = new byte[header.size() + (int) Zstd.compressBound(body.size())];
    System.arraycopy(header.array(), 0, entry, 0, header.size());
    long written =
        Zstd.compressByteArray(
            entry,
            header.size(),
            entry.length - header.size(),
            body.array(),
            0,
            body.size(),
            ZSTD_LEVEL);
    if (Zstd.isError(written)) {
      throw new IllegalStateException("zstd: " + Zstd.getErrorName(written));
    }
    return sealed(Arrays.copyOf(entry, header.size() + (int) written + CRC_BYTES));
  }

  /** Writes the checksum into the last bytes, which are there for it. */
  static byte[] sealed(byte[] entry) {
    int end = entry.length - CRC_BYTES;
    ByteBuffer.wrap(entry).putInt(end, crc(entry, end));
    return entry;
  }

  private static int crc(byte[] bytes, int end) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, end);
    return (int) crc.getValue();
  }

  /** The entry without its checksum. */
  private static byte[] unsealed(byte[] entry) {
    int end = entry.length - CRC_BYTES;
    if (end < 2 || ByteBuffer.wrap(entry).getInt(end) != crc(entry, end)) {
      throw new IllegalArgumentException("a pack that is damaged: its checksum is wrong");
    }
    return Arrays.copyOf(entry, end);
  }

  /**
   * The batch in these bytes.
   *
   * @throws IllegalArgumentException if they are none
   */
  static RecordBatch decode(byte[] sealed) {
    int version = new PackReader(sealed, 0).uint8();
    if (version != VERSION) {
      throw new IllegalArgumentException("version " + version + " of a pack is not known here");
    }
    byte[] entry = unsealed(sealed);
    PackReader header = new PackReader(entry, 1);
    int compression = header.uint8();
    if (compression == PLAIN) {
      return decodeBody(new PackReader(entry, header.position()));
    }
    if (compression != ZSTD) {
      throw new IllegalArgumentException(
          "compression " + compression + " of a pack is not known here");
    }
    return decodeBody(new PackReader(inflate(entry, header), 0));
  }

  private static byte[] inflate(byte[] entry, PackReader header) {
    long length = header.varint();
    if (length < 0 || length > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("a pack of " + length + " bytes");
    }
    int from = header.position();
    // Said twice, so that a broken entry does not reserve what it will never fill.
    if (from == entry.length
        || Zstd.getFrameContentSize(entry, from, entry.length - from) != length) {
      throw new IllegalArgumentException("a pack that is broken");
    }
    byte[] body = new byte[(int) length];
    try {
      long read = Zstd.decompressByteArray(body, 0, body.length, entry, from, entry.length - from);
      if (Zstd.isError(read) || read != length) {
        throw new IllegalArgumentException("a pack that is broken");
      }
    } catch (ZstdException e) {
      throw new IllegalArgumentException("a pack that is broken: " + e.getMessage(), e);
    }
    return body;
  }

  private static RecordBatch decodeBody(PackReader in) {
    UUID key = in.uuid();
    int count = in.count();
    List<LogRecord> records = new ArrayList<>(Math.min(count, MAX_CAPACITY));
    for (int i = 0; i < count; i++) {
      records.add(decodeRecord(in));
    }
    return new RecordBatch(key, records);
  }

  private static LogRecord decodeRecord(PackReader in) {
    UUID id = in.uuid();
    if (!RecordIds.isRecordId(id)) {
      throw new IllegalArgumentException("no record has the id " + id);
    }
    return new LogRecord(
        id,
        RecordIds.timestampMicros(id),
        StampedTime.require(in.int64()),
        in.requiredWord(),
        in.requiredWord(),
        in.word(),
        in.text(),
        in.text(),
        in.word(),
        in.varint() == 0 ? null : in.uuid());
  }
}
