package io.logagg.cli.upload;

import java.util.List;
import java.util.stream.Stream;

/**
 * How far a file was imported.
 *
 * @param name under which the note is kept
 * @param target which server, and as what: see {@link Target#name}
 * @param file how it was called, for people
 * @param headBytes how many first bytes of the content {@code headHash} is of
 * @param offset up to where all is acknowledged, decompressed
 * @param hash of the content up to there
 * @param lines how many lines that is
 * @param cuts where, further on, bodies end that ended where the file did, which may have grown
 * @param anew sets this import apart from one before, of the same file; empty for the first
 * @param savedAtMs when it was written, since the Unix epoch
 * @param whole whether that was all there was then
 */
record ImportNote(
    String name,
    String target,
    String file,
    int headBytes,
    String headHash,
    long offset,
    String hash,
    long lines,
    List<Long> cuts,
    String anew,
    long savedAtMs,
    boolean whole) {

  ImportNote {
    cuts = List.copyOf(cuts);
  }

  /** The same further on. */
  ImportNote at(long newOffset, String newHash, long newLines, boolean isWhole, long nowMs) {
    return new ImportNote(
        name,
        target,
        file,
        headBytes,
        headHash,
        newOffset,
        newHash,
        newLines,
        cuts.stream().filter(cut -> cut > newOffset).toList(),
        anew,
        nowMs,
        isWhole);
  }

  /** The same where a last body ends so. */
  ImportNote cutAt(long end, long nowMs) {
    List<Long> all = Stream.concat(cuts.stream(), Stream.of(end)).distinct().toList();
    return new ImportNote(
        name, target, file, headBytes, headHash, offset, hash, lines, all, anew, nowMs, whole);
  }
}
