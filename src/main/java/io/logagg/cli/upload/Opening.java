package io.logagg.cli.upload;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A file, opened where its import goes on: behind what a note says was acknowledged, if the content
 * up to there is what it was then. Belongs to one thread.
 *
 * @param hash of what is before that place
 * @param note how far it was; null for a file that is not known
 * @param headHash of its first {@code headBytes}
 */
record Opening(
    SourceFile source,
    Target target,
    ContentHash hash,
    @Nullable ImportNote note,
    int headBytes,
    String headHash) {
  private static final int HEAD_BYTES = 4096;
  private static final int BUFFER_BYTES = 1 << 16;

  /** What to import as. */
  interface Targets extends Function<TextFormat, Target> {}

  /**
   * Opens it; closing its source is up to the caller.
   *
   * @param format as what to read it; null to see for itself
   * @param again whether it is to be imported from its beginning; notes of it are removed
   */
  static Opening of(
      Path file, @Nullable TextFormat format, Targets targets, ImportNotes notes, boolean again)
      throws IOException {
    SourceFile source = SourceFile.open(file);
    try {
      byte[] head = source.peek(HEAD_BYTES);
      Target target = targets.apply(format == null ? TextFormat.of(head, head.length) : format);
      List<ImportNote> confirmed = confirmed(file, fitting(notes.of(target.name()), head));
      ImportNote note = null;
      ContentHash hash = new ContentHash();
      if (again) {
        for (ImportNote old : confirmed) {
          notes.remove(old);
        }
      } else if (!confirmed.isEmpty()) {
        note = confirmed.get(confirmed.size() - 1);
        read(source.content(), note.offset(), hash);
      }
      return new Opening(
          source, target, hash, note, head.length, ContentHash.of(head, head.length));
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** Those that are of files that begin so, in the order of their places. */
  private static List<ImportNote> fitting(List<ImportNote> notes, byte[] head) {
    return notes.stream()
        .filter(note -> note.headBytes() <= head.length)
        .filter(note -> note.headHash().equals(ContentHash.of(head, note.headBytes())))
        .sorted(Comparator.comparingLong(ImportNote::offset))
        .toList();
  }

  /** Of what can be read once only. */
  static Opening ofStream(SourceFile source, @Nullable TextFormat format, Targets targets) {
    byte[] head = format == null ? source.peek(HEAD_BYTES) : new byte[0];
    Target target = targets.apply(format == null ? TextFormat.of(head, head.length) : format);
    return new Opening(source, target, new ContentHash(), null, 0, "");
  }

  /** Those that the content confirms, in the order of their places. */
  private static List<ImportNote> confirmed(Path file, List<ImportNote> fitting)
      throws IOException {
    List<ImportNote> confirmed = new ArrayList<>();
    if (fitting.isEmpty()) {
      return confirmed;
    }
    ContentHash hash = new ContentHash();
    long at = 0;
    try (SourceFile source = SourceFile.open(file)) {
      for (ImportNote note : fitting) {
        long more = note.offset() - at;
        if (read(source.content(), more, hash) < more) {
          return confirmed;
        }
        at = note.offset();
        if (hash.soFar().equals(note.hash())) {
          confirmed.add(note);
        }
      }
    } catch (EOFException | ZipException e) {
      return confirmed; // Damaged further on: what was confirmed before is right.
    }
    return confirmed;
  }

  /** Reads up to so many bytes; how many there were. */
  private static long read(InputStream in, long count, ContentHash hash) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = count;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        return count - left;
      }
      hash.add(buffer, 0, read);
      left -= read;
    }
    return count;
  }
}
