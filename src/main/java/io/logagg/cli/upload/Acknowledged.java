package io.logagg.cli.upload;

import java.io.IOException;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Up to where all of a file is acknowledged, whichever body is first, and the note of that. It is
 * written now and then, and never says more than what is so. Thread-safe.
 */
final class Acknowledged {
  private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final @Nullable ImportNotes notes;
  private final LongSupplier nanos;
  private final LongSupplier nowMs;
  private final TreeMap<Long, Body> ahead = new TreeMap<>();
  private ImportNote note;
  private long savedNanos;

  /**
   * Goes on from a note.
   *
   * @param notes null if none is kept
   * @param nanos such as {@link System#nanoTime}
   * @param nowMs since the Unix epoch
   */
  Acknowledged(
      @Nullable ImportNotes notes, ImportNote note, LongSupplier nanos, LongSupplier nowMs) {
    this.notes = notes;
    this.note = note;
    this.nanos = nanos;
    this.nowMs = nowMs;
    this.savedNanos = nanos.getAsLong();
  }

  /** The body is about to be sent, and ends where the file does, though that may grow. */
  synchronized void endsWith(Body last) throws IOException {
    note = note.cutAt(last.end(), nowMs.getAsLong());
    save();
  }

  /** The server has it. */
  synchronized void add(Body body) throws IOException {
    ahead.put(body.offset(), body);
    Body next = ahead.get(note.offset());
    while (next != null) {
      ahead.remove(next.offset());
      long lines = next.firstLine() - 1 + next.lines();
      note = note.at(next.end(), next.contentHash(), lines, false, nowMs.getAsLong());
      next = ahead.get(note.offset());
    }
    if (nanos.getAsLong() - savedNanos >= SAVE_NANOS) {
      save();
    }
  }

  /** The end of the file is reached. */
  synchronized void whole() {
    note = note.at(note.offset(), note.hash(), note.lines(), ahead.isEmpty(), nowMs.getAsLong());
  }

  /** Writes the note as it is now. */
  synchronized void save() throws IOException {
    savedNanos = nanos.getAsLong();
    if (notes != null) {
      notes.save(note);
    }
  }

  synchronized ImportNote note() {
    return note;
  }
}
