package io.logagg.http.inflate;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** {@code gzip} (RFC 1952), several members one behind the other included. */
final class GzipInflation implements Inflation {
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int RESERVED_FLAGS = 0xE0;

  /** Where in a member the next byte belongs. */
  private enum State {
    FIXED_HEADER,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CRC,
    DATA,
    TRAILER
  }

  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] fixed = new byte[10];
  private byte[] chunk = new byte[0];
  private int at;
  private State state = State.FIXED_HEADER;
  private int count;
  private int extraLength;
  private long trailer;
  private boolean anyMember;

  @Override
  public void input(byte[] next) {
    chunk = next;
    at = 0;
  }

  @Override
  public int read(byte[] out) throws CorruptBodyException {
    while (true) {
      if (state == State.DATA) {
        int produced = inflate(out);
        if (produced > 0 || state == State.DATA) {
          return produced;
        }
      } else if (at == chunk.length) {
        return 0;
      } else {
        consume(chunk[at++] & 0xFF);
      }
    }
  }

  private int inflate(byte[] out) throws CorruptBodyException {
    if (inflater.needsInput() && at < chunk.length) {
      inflater.setInput(chunk, at, chunk.length - at);
      at = chunk.length;
    }
    int produced;
    try {
      produced = inflater.inflate(out);
    } catch (DataFormatException e) {
      throw new CorruptBodyException("corrupt gzip data: " + e.getMessage());
    }
    crc.update(out, 0, produced);
    if (inflater.finished()) {
      at = chunk.length - inflater.getRemaining();
      go(State.TRAILER);
    }
    return produced;
  }

  private void consume(int b) throws CorruptBodyException {
    switch (state) {
      case FIXED_HEADER -> {
        fixed[count++] = (byte) b;
        checkMagic(b);
        if (count == fixed.length) {
          endFixedHeader();
        }
      }
      case EXTRA_LENGTH -> {
        extraLength |= b << (8 * count++);
        if (count == 2) {
          go(extraLength > 0 ? State.EXTRA : afterExtra());
        }
      }
      case EXTRA -> {
        if (++count == extraLength) {
          go(afterExtra());
        }
      }
      case NAME -> {
        if (b == 0) {
          go(afterName());
        }
      }
      case COMMENT -> {
        if (b == 0) {
          go(afterComment());
        }
      }
      case HEADER_CRC -> {
        if (++count == 2) {
          startData();
        }
      }
      case TRAILER -> {
        trailer |= (long) b << (8 * count++);
        if (count == 8) {
          endMember();
        }
      }
      case DATA -> throw new IllegalStateException("data goes to the inflater");
    }
  }

  private void checkMagic(int b) throws CorruptBodyException {
    boolean right =
        switch (count) {
          case 1 -> b == 0x1F;
          case 2 -> b == 0x8B;
          case 3 -> b == 8;
          case 4 -> (b & RESERVED_FLAGS) == 0;
          default -> true;
        };
    if (!right) {
      throw new CorruptBodyException(
          anyMember ? "unexpected data behind the end of the gzip stream" : "the body is not gzip");
    }
  }

  private void endFixedHeader() {
    extraLength = 0;
    go(has(FLAG_EXTRA) ? State.EXTRA_LENGTH : afterExtra());
  }

  private State afterExtra() {
    return has(FLAG_NAME) ? State.NAME : afterName();
  }

  private State afterName() {
    return has(FLAG_COMMENT) ? State.COMMENT : afterComment();
  }

  private State afterComment() {
    return has(FLAG_HEADER_CRC) ? State.HEADER_CRC : State.DATA;
  }

  private boolean has(int flag) {
    return (fixed[3] & flag) != 0;
  }

  private void go(State next) {
    count = 0;
    state = next;
    if (next == State.DATA) {
      startData();
    } else if (next == State.TRAILER) {
      trailer = 0;
    }
  }

  private void startData() {
    state = State.DATA;
    inflater.reset();
    crc.reset();
  }

  private void endMember() throws CorruptBodyException {
    if ((trailer & 0xFFFF_FFFFL) != crc.getValue()) {
      throw new CorruptBodyException("corrupt gzip data: wrong checksum");
    }
    if (trailer >>> 32 != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
      throw new CorruptBodyException("corrupt gzip data: wrong length");
    }
    anyMember = true;
    go(State.FIXED_HEADER);
  }

  @Override
  public void end() throws CorruptBodyException {
    boolean atMemberBorder = state == State.FIXED_HEADER && count == 0;
    if (!atMemberBorder) {
      throw new CorruptBodyException("the gzip stream is cut off");
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
