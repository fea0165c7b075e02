package io.logagg.cli.upload;

import java.util.Arrays;

/** A part of a file that is sent as one request. Immutable, if nobody changes its bytes. */
final class Body {
  private final byte[] bytes;
  private final long offset;
  private final long firstLine;
  private final int lines;
  private final String contentHash;

  /**
   * Takes over the bytes.
   *
   * @param offset of the first of them in the file, decompressed
   * @param firstLine the number of the first line, from 1
   * @param contentHash of all of the file up to their end
   */
  Body(byte[] bytes, long offset, long firstLine, int lines, String contentHash) {
    this.bytes = bytes;
    this.offset = offset;
    this.firstLine = firstLine;
    this.lines = lines;
    this.contentHash = contentHash;
  }

  byte[] bytes() {
    return bytes;
  }

  long offset() {
    return offset;
  }

  long end() {
    return offset + bytes.length;
  }

  long firstLine() {
    return firstLine;
  }

  int lines() {
    return lines;
  }

  String contentHash() {
    return contentHash;
  }

  /** The line with that number within the body, from 1, without its end; empty if there is none. */
  byte[] line(long number) {
    int from = 0;
    for (long line = 1; line < number && from < bytes.length; line++) {
      from = lineEnd(from) + 1;
    }
    if (from >= bytes.length) {
      return new byte[0];
    }
    return Arrays.copyOfRange(bytes, from, lineEnd(from));
  }

  private int lineEnd(int from) {
    int to = from;
    while (to < bytes.length && bytes[to] != '\n') {
      to++;
    }
    return to;
  }
}
