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

  private static final int CRC_BYTES = Integer.BYTES;

  private static final int MIN_BYTES_TO_COMPRESS = 512;

  /** What a record takes in a pack, as a rule, before compression. */
  private static final int RECORD_BYTES = 384;

  /** Far above what we write; keeps a foreign entry from claiming all memory. */
  private static final int MAX_CAPACITY = 10_000;

  private static final int MAX_BODY_BYTES = 256 << 20;

  private PackCodec() {}

  static byte[] encode(RecordBatch batch) {
    PackWorkspace workspace = PackWorkspace.ofThread();
    PackWriter body = new PackWriter(workspace.body(batch.records().size() * RECORD_BYTES));
    body.uuid(batch.key());
    body.varint(batch.records().size());
    for (LogRecord record : batch.records()) {
      encode(record, body);
    }
    return body.size() < MIN_BYTES_TO_COMPRESS ? plain(body) : compressed(body, workspace);
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

  private static byte[] compressed(PackWriter body, PackWorkspace workspace) {
    PackWriter header = new PackWriter(new byte[12]);
    header.varint(VERSION);
    header.varint(ZSTD);
    header.varint(body.size());
    int from = header.size();
    byte[] out = workspace.compressed(from + (int) Zstd.compressBound(body.size()));
    System.arraycopy(header.array(), 0, out, 0, from);
    int written =
        workspace
            .compressor()
            .compressByteArray(out, from, out.length - from, body.array(), 0, body.size());
    return sealed(Arrays.copyOf(out, from + written + CRC_BYTES));
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

  /** Where the content of an entry ends and its checksum begins. */
  private static int contentEnd(byte[] entry) {
    int end = entry.length - CRC_BYTES;
    if (end < 2 || ByteBuffer.wrap(entry).getInt(end) != crc(entry, end)) {
      throw new IllegalArgumentException("a pack that is damaged: its checksum is wrong");
    }
    return end;
  }

  /**
   * The batch in these bytes.
   *
   * @throws IllegalArgumentException if they are none
   */
  static RecordBatch decode(byte[] entry) {
    int version = new PackReader(entry, 0, entry.length).uint8();
    if (version != VERSION) {
      throw new IllegalArgumentException("version " + version + " of a pack is not known here");
    }
    PackReader content = new PackReader(entry, 1, contentEnd(entry));
    int compression = content.uint8();
    if (compression == PLAIN) {
      return decodeBody(content);
    }
    if (compression != ZSTD) {
      throw new IllegalArgumentException(
          "compression " + compression + " of a pack is not known here");
    }
    return decodeBody(inflate(entry, content));
  }

  private static PackReader inflate(byte[] entry, PackReader content) {
    long length = content.varint();
    if (length < 0 || length > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("a pack of " + length + " bytes");
    }
    int from = content.position();
    int size = content.end() - from;
    // Said twice, so that a broken entry does not reserve what it will never fill.
    if (size == 0 || Zstd.getFrameContentSize(entry, from, size) != length) {
      throw new IllegalArgumentException("a pack that is broken");
    }
    PackWorkspace workspace = PackWorkspace.ofThread();
    byte[] body = workspace.body((int) length);
    try {
      int read =
          workspace.decompressor().decompressByteArray(body, 0, (int) length, entry, from, size);
      if (read != length) {
        throw new IllegalArgumentException("a pack that is broken");
      }
    } catch (ZstdException e) {
      throw new IllegalArgumentException("a pack that is broken: " + e.getMessage(), e);
    }
    return new PackReader(body, 0, (int) length);
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
