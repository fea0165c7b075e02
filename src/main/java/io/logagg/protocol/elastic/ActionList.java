package io.logagg.protocol.elastic;

import io.logagg.protocol.elastic.BulkAction.Op;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The actions of one bulk request in their order, since each is answered: a byte for most of them,
 * and the id where there is one. Bounded. Not thread-safe.
 */
public final class ActionList {
  /** How many actions a request may have. */
  public static final int MAX_ACTIONS = 1_000_000;

  /** How many bytes all that is kept of them may take. */
  public static final int MAX_BYTES = 8 << 20;

  private static final List<Op> OPS = List.of(Op.values());
  private static final int OP_BITS = 3;
  private static final int HAS_INDEX = 4;
  private static final int HAS_ID = 8;
  private static final int MALFORMED = 16;

  private byte[] bytes = new byte[256];
  private int size;
  private int count;
  private long records;
  private int malformed;
  private @Nullable String lastIndex;
  private boolean full;
  private boolean complete;

  public boolean isEmpty() {
    return count == 0;
  }

  /** Of how many there is a document. */
  public long records() {
    return records;
  }

  /** How many lines stand where an action was expected, and are none. */
  public int malformed() {
    return malformed;
  }

  /** Whether there was no room for one. */
  public boolean isFull() {
    return full;
  }

  /** Whether the whole body was read: these are all. */
  public boolean isComplete() {
    return complete;
  }

  void complete() {
    complete = true;
  }

  int bytes() {
    return size;
  }

  /** Adds one; false if there is no room for it. */
  boolean add(BulkAction action) {
    String index = action.index();
    boolean sameIndex = index == null || index.equals(lastIndex);
    if (!room(sameIndex ? null : index, action.id())) {
      return false;
    }
    int head = OPS.indexOf(action.op());
    head |= sameIndex ? 0 : HAS_INDEX;
    head |= action.id() == null ? 0 : HAS_ID;
    put(head);
    if (!sameIndex && index != null) {
      put(index);
      lastIndex = index;
    }
    if (action.id() != null) {
      put(action.id());
    }
    records += action.op().hasSource() ? 1 : 0;
    return true;
  }

  /** Adds a line that should have been an action; false if there is no room for it. */
  boolean addMalformed(long line) {
    if (!room(null, null)) {
      return false;
    }
    malformed++;
    put(MALFORMED);
    putNumber(line);
    return true;
  }

  private boolean room(@Nullable String index, @Nullable String id) {
    long needed = 16L + longest(index) + longest(id);
    if (count == MAX_ACTIONS || size + needed > MAX_BYTES) {
      full = true;
      return false;
    }
    if (size + needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(size + needed, size * 2L)));
    }
    count++;
    return true;
  }

  private static long longest(@Nullable String text) {
    return text == null ? 0 : 5 + 3L * text.length();
  }

  private void put(int b) {
    bytes[size++] = (byte) b;
  }

  private void put(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putNumber(utf8.length);
    System.arraycopy(utf8, 0, bytes, size, utf8.length);
    size += utf8.length;
  }

  /** Seven bits a byte, the low ones first. */
  private void putNumber(long number) {
    long left = number;
    while (left >= 0x80) {
      put((int) (left | 0x80));
      left >>>= 7;
    }
    put((int) left);
  }

  /** Goes through them from the first on. */
  public Walk walk() {
    return new Walk();
  }

  /** Stands before the first action to begin with. */
  public final class Walk {
    private int at;
    private long nextRecord;
    private Op op = Op.INDEX;
    private @Nullable String index;
    private @Nullable String id;
    private long record;
    private long malformedLine;

    private Walk() {}

    /** Moves on; false if that was the last. */
    public boolean next() {
      if (at == size) {
        return false;
      }
      int head = bytes[at++];
      if (head == MALFORMED) {
        malformedLine = number();
        op = Op.INDEX;
        id = null;
        record = -1;
        return true;
      }
      malformedLine = 0;
      op = OPS.get(head & OP_BITS);
      index = (head & HAS_INDEX) == 0 ? index : text();
      id = (head & HAS_ID) == 0 ? null : text();
      record = op.hasSource() ? nextRecord++ : -1;
      return true;
    }

    private long number() {
      long number = 0;
      int shift = 0;
      byte b = bytes[at++];
      while (b < 0) {
        number |= (long) (b & 0x7F) << shift;
        shift += 7;
        b = bytes[at++];
      }
      return number | (long) b << shift;
    }

    private String text() {
      int length = (int) number();
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    public Op op() {
      return op;
    }

    /** Null if none was named so far. */
    public @Nullable String index() {
      return index;
    }

    public @Nullable String id() {
      return id;
    }

    /** Which of the request's records its document is, from 0; -1 if it has none. */
    public long record() {
      return record;
    }

    /** The line, from 1, if it is none of the actions but one that should have been; else 0. */
    public long malformedLine() {
      return malformedLine;
    }
  }
}
