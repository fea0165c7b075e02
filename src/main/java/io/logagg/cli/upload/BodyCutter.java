package io.logagg.cli.upload;

import io.logagg.cli.client.ClientException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what is left of a file into bodies, at line ends. Where it cuts follows from the content
 * alone, so that a file that is sent again is cut alike. Belongs to one thread.
 */
final class BodyCutter {
  /** A body ends before the line with which it would be longer. */
  static final int BODY_BYTES = 512 << 10;

  static final int BODY_LINES = 2000;

  /** Beyond that, a body ends within a stack trace, too. */
  private static final int MAX_TRACE_BYTES = 2 * BODY_BYTES;

  /** The longest a server can be configured to take, and as much again for what is around it. */
  private static final int MAX_LINE_BYTES = 128 << 20;

  private final InputStream in;
  private final TextFormat format;
  private final ContentHash hash;
  private final TreeSet<Long> cuts;
  private byte[] buffer = new byte[2 * BODY_BYTES];
  private int start;
  private int end;
  private boolean ended;
  private long offset;
  private long nextLine;
  private long unfinishedBytes;
  private @Nullable IOException damage;

  /**
   * Cuts from a place that is the beginning of a body.
   *
   * @param in stands there
   * @param hash of what is before it
   * @param offset how much that is
   * @param firstLine the number of the first line, from 1
   * @param cuts where bodies ended since the file did, which may have grown
   */
  BodyCutter(
      InputStream in,
      TextFormat format,
      ContentHash hash,
      long offset,
      long firstLine,
      Collection<Long> cuts) {
    this.in = in;
    this.format = format;
    this.hash = hash;
    this.offset = offset;
    this.nextLine = firstLine;
    this.cuts = new TreeSet<>(cuts);
  }

  /** The next body; null at the end. */
  @Nullable Body next() {
    int length = 0;
    int lines = 0;
    while (true) {
      int lineEnd = lineEnd(length);
      boolean isFull = lines > 0 && (lineEnd > BODY_BYTES || lines >= BODY_LINES);
      if (lineEnd == length || (isFull && mayCut(length, lineEnd))) {
        return body(length, lines);
      }
      length = lineEnd;
      lines++;
      if (cuts.contains(offset + length)) {
        return body(length, lines);
      }
    }
  }

  private boolean mayCut(int at, int lineEnd) {
    return at > MAX_TRACE_BYTES || format.mayBegin(buffer, start + at, start + lineEnd);
  }

  /** Behind the line that begins there, both counted from the beginning of the body. */
  private int lineEnd(int from) {
    int looked = from;
    while (true) {
      for (int i = looked; start + i < end; i++) {
        if (buffer[start + i] == '\n') {
          return cutWithin(from, i + 1);
        }
      }
      looked = end - start;
      if (ended) {
        leaveUnfinished(from);
        return cutWithin(from, end - start);
      }
      fill();
    }
  }

  /** A line may have grown since, too. */
  private int cutWithin(int from, int lineEnd) {
    Long cut = cuts.higher(offset + from);
    return cut == null ? lineEnd : (int) Math.min(lineEnd, cut - offset);
  }

  /** A last line that is still being written is left where it is. */
  private void leaveUnfinished(int from) {
    int lineStart = start + from;
    if (lineStart < end && (damage != null || !format.isWhole(buffer, lineStart, end))) {
      unfinishedBytes = (long) end - lineStart;
      end = lineStart;
    }
  }

  private void fill() {
    if (end == buffer.length) {
      if (start > 0) {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
      } else if (buffer.length >= MAX_LINE_BYTES) {
        throw ClientException.failed(
            "line %d is longer than %d MiB".formatted(nextLine, MAX_LINE_BYTES >> 20));
      } else {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
    }
    try {
      int read = in.read(buffer, end, buffer.length - end);
      ended = read < 0;
      end += Math.max(0, read);
    } catch (IOException e) {
      damage = e;
      ended = true;
    }
  }

  private @Nullable Body body(int length, int lines) {
    if (length == 0) {
      return null;
    }
    byte[] bytes = Arrays.copyOfRange(buffer, start, start + length);
    hash.add(bytes, 0, length);
    Body body = new Body(bytes, offset, nextLine, lines, hash.soFar());
    start += length;
    offset += length;
    nextLine += lines;
    return body;
  }

  /** Whether nothing is behind the last body. */
  boolean isAtEnd() {
    return ended && start == end;
  }

  /** Why there is nothing more to be read, though that is not the end; null if it is. */
  @Nullable IOException damage() {
    return damage;
  }

  /** How much of a last line was left, since it is not whole. */
  long unfinishedBytes() {
    return unfinishedBytes;
  }
}
