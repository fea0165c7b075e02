package io.logagg.protocol.protobuf;

import java.nio.charset.StandardCharsets;

/**
 * Goes through one message field by field (<a
 * href="https://protobuf.dev/programming-guides/encoding/">encoding</a>). {@link #next} moves to a
 * field, whose value is read by the method for its type, or passed over: unknown fields are no
 * error, a known one of another wire type is. Never reads beyond the message; holds no copy of it.
 * Not thread-safe.
 */
public final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int START_GROUP = 3;
  private static final int END_GROUP = 4;
  private static final int FIXED32 = 5;

  private static final int MAX_VARINT_BYTES = 10;

  /** Groups are of the past, and only passed over; so deep they may nest. */
  private static final int MAX_GROUPS = 32;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int field;
  private int wireType;
  private boolean unread;

  /** Of the message in {@code [from, to)}. */
  public ProtoReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /** Moves on to the next field; false if there is none. */
  public boolean next() throws BadProtobufException {
    if (unread) {
      skip(0);
    }
    if (at == end) {
      return false;
    }
    tag();
    unread = true;
    return true;
  }

  private void tag() throws BadProtobufException {
    long tag = rawVarint();
    wireType = (int) (tag & 7);
    long number = tag >>> 3;
    if (number == 0 || number > 0x1FFF_FFFF) {
      throw bad("field number " + Long.toUnsignedString(number));
    }
    field = (int) number;
  }

  /** The number of the field that it stands at. */
  public int field() {
    return field;
  }

  /** Where it stands: the first byte that is not read yet. */
  public int position() {
    return at;
  }

  /** An integer, enum or boolean. */
  public long varint() throws BadProtobufException {
    expect(VARINT);
    return rawVarint();
  }

  public long fixed64() throws BadProtobufException {
    expect(FIXED64);
    return little(8);
  }

  public int fixed32() throws BadProtobufException {
    expect(FIXED32);
    return (int) little(4);
  }

  /** A text; what is no UTF-8 in it becomes U+FFFD. */
  public String text() throws BadProtobufException {
    int from = delimited();
    return new String(bytes, from, at - from, StandardCharsets.UTF_8);
  }

  public byte[] bytes() throws BadProtobufException {
    int from = delimited();
    byte[] copy = new byte[at - from];
    System.arraycopy(bytes, from, copy, 0, copy.length);
    return copy;
  }

  /** The message that is the field's value. This reader is behind it already. */
  public ProtoReader message() throws BadProtobufException {
    int from = delimited();
    return new ProtoReader(bytes, from, at);
  }

  /** The value of the first field of that number, which must be a message; an empty one if none. */
  public ProtoReader find(int number) throws BadProtobufException {
    ProtoReader look = new ProtoReader(bytes, at, end);
    while (look.next()) {
      if (look.field == number) {
        return look.message();
      }
    }
    return new ProtoReader(bytes, end, end);
  }

  /** The same for a text; "" if there is none. */
  public String findText(int number) throws BadProtobufException {
    ProtoReader look = new ProtoReader(bytes, at, end);
    while (look.next()) {
      if (look.field == number) {
        return look.text();
      }
    }
    return "";
  }

  private void expect(int type) throws BadProtobufException {
    if (wireType != type || !unread) {
      throw bad("field %d has wire type %d, not %d".formatted(field, wireType, type));
    }
    unread = false;
  }

  /** Moves behind the value; where it begins. */
  private int delimited() throws BadProtobufException {
    expect(LENGTH_DELIMITED);
    long length = rawVarint();
    if (length < 0 || length > end - at) {
      throw bad(
          "field %d has %s bytes, %d are left"
              .formatted(field, Long.toUnsignedString(length), end - at));
    }
    int from = at;
    at += (int) length;
    return from;
  }

  private void skip(int depth) throws BadProtobufException {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> fixed64();
      case FIXED32 -> fixed32();
      case LENGTH_DELIMITED -> delimited();
      case START_GROUP -> skipGroup(depth);
      default -> throw bad("field %d has wire type %d".formatted(field, wireType));
    }
    unread = false;
  }

  private void skipGroup(int depth) throws BadProtobufException {
    if (depth == MAX_GROUPS) {
      throw bad("groups nest too deep");
    }
    int group = field;
    while (true) {
      tag();
      if (wireType == END_GROUP) {
        if (field != group) {
          throw bad("group %d ends as %d".formatted(group, field));
        }
        return;
      }
      unread = true;
      skip(depth + 1);
    }
  }

  private long rawVarint() throws BadProtobufException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (at == end) {
        throw bad("it ends within a number");
      }
      byte b = bytes[at++];
      value |= (long) (b & 0x7F) << (7 * i);
      if (b >= 0) {
        return value;
      }
    }
    throw bad("a number has more than %d bytes".formatted(MAX_VARINT_BYTES));
  }

  private long little(int count) throws BadProtobufException {
    if (count > end - at) {
      throw bad("it ends within a number");
    }
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[at + i] & 0xFFL) << (8 * i);
    }
    at += count;
    return value;
  }

  private BadProtobufException bad(String what) {
    return new BadProtobufException(what + ", at byte " + at);
  }
}
