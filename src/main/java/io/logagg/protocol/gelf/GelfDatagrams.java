package io.logagg.protocol.gelf;

import io.logagg.protocol.SliceSink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages together that came in several datagrams, and inflates them (gzip, zlib). A message
 * has 128 chunks at most, which must come within 5 seconds. What cannot be inflated is handed on as
 * it is, and becomes a dead letter. Not thread-safe.
 */
public final class GelfDatagrams {
  private static final int HEADER_BYTES = 12;
  private static final int MAX_CHUNKS = 128;
  private static final long MAX_AGE_NANOS = 5_000_000_000L;

  /** About what a message takes beside its bytes, and each chunk of it. */
  private static final int PARTIAL_BYTES = 256;

  private static final int CHUNK_BYTES = 24;

  private static final int GZIP_HEADER_BYTES = 10;

  /** The flags for a file's name and a comment, each of which ends with a zero. */
  private static final int GZIP_TEXTS = 8 | 16;

  /** Of chunks of messages that are not whole; beyond that, the oldest are given up. */
  static final int MAX_HELD_BYTES = 16 << 20;

  private final SliceSink messages;
  private final int maxBytes;
  private final LongSupplier nanoClock;
  private final IntConsumer onIncomplete;
  private final Map<String, Partial> partials = new LinkedHashMap<>();
  private int heldBytes;

  private static final class Partial {
    final byte[] @Nullable [] chunks;
    final long startNanos;
    int count;
    int bytes;

    /** What is counted of it: also one without any bytes takes room. */
    int held;

    Partial(int chunks, long startNanos) {
      this.chunks = new byte[chunks][];
      this.startNanos = startNanos;
    }
  }

  /**
   * For all senders.
   *
   * @param messages takes the JSON
   * @param maxBytes of a message, inflated
   * @param onIncomplete is told how many datagrams are given up, since others did not come
   */
  public GelfDatagrams(
      SliceSink messages, int maxBytes, LongSupplier nanoClock, IntConsumer onIncomplete) {
    this.messages = messages;
    this.maxBytes = maxBytes;
    this.nanoClock = nanoClock;
    this.onIncomplete = onIncomplete;
  }

  /**
   * The next one.
   *
   * @param peer who sent it
   */
  public void take(String peer, byte[] bytes) {
    if (bytes.length < 2 || bytes[0] != 0x1e || bytes[1] != 0x0f) {
      inflate(bytes);
      return;
    }
    int number = bytes.length < HEADER_BYTES ? -1 : bytes[10] & 0xff;
    int count = bytes.length < HEADER_BYTES ? 0 : bytes[11] & 0xff;
    if (number < 0 || number >= count || count > MAX_CHUNKS) {
      messages.slice(1, bytes, 0, bytes.length);
      return;
    }
    expire();
    String id = peer + ' ' + HexFormat.of().formatHex(bytes, 2, 10);
    Partial partial = partials.get(id);
    if (partial == null) {
      partial = new Partial(count, nanoClock.getAsLong());
      partials.put(id, partial);
      hold(partial, PARTIAL_BYTES + count * CHUNK_BYTES);
    }
    if (partial.chunks.length != count || partial.chunks[number] != null) {
      onIncomplete.accept(1); // Twice the same, or of another message of that id.
      return;
    }
    byte[] chunk = Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
    partial.chunks[number] = chunk;
    partial.count++;
    partial.bytes += chunk.length;
    hold(partial, chunk.length);
    if (partial.count == count) {
      partials.remove(id);
      heldBytes -= partial.held;
      inflate(joined(partial));
    }
    while (heldBytes > MAX_HELD_BYTES) {
      giveUpOldest();
    }
  }

  private void hold(Partial partial, int bytes) {
    partial.held += bytes;
    heldBytes += bytes;
  }

  private static byte[] joined(Partial partial) {
    byte[] all = new byte[partial.bytes];
    int at = 0;
    for (byte[] chunk : partial.chunks) {
      if (chunk != null) {
        System.arraycopy(chunk, 0, all, at, chunk.length);
        at += chunk.length;
      }
    }
    return all;
  }

  /** Gives up what will not become whole any more. */
  public void expire() {
    long now = nanoClock.getAsLong();
    while (!partials.isEmpty()
        && now - partials.values().iterator().next().startNanos > MAX_AGE_NANOS) {
      giveUpOldest();
    }
  }

  private void giveUpOldest() {
    Iterator<Partial> oldest = partials.values().iterator();
    Partial partial = oldest.next();
    oldest.remove();
    heldBytes -= partial.held;
    onIncomplete.accept(partial.count);
  }

  private void inflate(byte[] bytes) {
    int first = bytes.length < 2 ? 0 : bytes[0] & 0xff;
    boolean gzip = first == 0x1f && (bytes[1] & 0xff) == 0x8b;
    boolean zlib = first == 0x78;
    if (!gzip && !zlib) {
      handOn(bytes);
      return;
    }
    if (gzip && !hasWholeHeader(bytes)) {
      messages.slice(1, bytes, 0, bytes.length);
      return;
    }
    try (InputStream in =
        gzip
            ? new GZIPInputStream(new ByteArrayInputStream(bytes))
            : new InflaterInputStream(new ByteArrayInputStream(bytes))) {
      handOn(in.readNBytes(maxBytes + 1));
    } catch (IOException e) {
      messages.slice(1, bytes, 0, bytes.length);
    }
  }

  /**
   * Whether a gzip header (RFC 1952 §2.3) ends within the message. At one that does not, {@link
   * GZIPInputStream} fails before there is something to close, and what its inflater has outside
   * the heap stays until a collection. No sender has a checksum in its header, which could be
   * wrong.
   */
  private static boolean hasWholeHeader(byte[] bytes) {
    if (bytes.length < GZIP_HEADER_BYTES || bytes[2] != 8 || (bytes[3] & ~(GZIP_TEXTS | 1)) != 0) {
      return false;
    }
    int at = GZIP_HEADER_BYTES;
    for (int i = Integer.bitCount(bytes[3] & GZIP_TEXTS); i > 0; i--) {
      while (at < bytes.length && bytes[at] != 0) {
        at++;
      }
      at++;
    }
    return at <= bytes.length;
  }

  private void handOn(byte[] message) {
    if (message.length > maxBytes) {
      messages.oversize(1, message, 0, maxBytes, message.length);
    } else if (message.length > 0) {
      messages.slice(1, message, 0, message.length);
    }
  }
}
