package io.logagg.block;

import com.github.luben.zstd.ZstdCompressCtx;

/** What a block keeps apart, so that a reader decodes no more than it needs. */
public enum Column {
  /** The records' times and unique numbers, by which they are in order. */
  IDS(1, 3, 0),
  RECEIVED(2, 3, 0),
  /** App, level and service. */
  NAMES(3, 3, 0),
  /**
   * Matches of fewer than six bytes cost more than they save: up to an eighth of the whole in real
   * logs.
   */
  MESSAGES(4, 6, 6),
  /** Random ids above all; the quickest level looks for no matches in them. */
  METADATA(5, 1, 0),
  SOURCE_IDS(6, 1, 0);

  private final int code;
  private final int zstdLevel;
  private final int zstdMinMatch;

  Column(int code, int zstdLevel, int zstdMinMatch) {
    this.code = code;
    this.zstdLevel = zstdLevel;
    this.zstdMinMatch = zstdMinMatch;
  }

  /** How the column is called in its bytes: a column in the place of another is damage. */
  int code() {
    return code;
  }

  /** Sets how its content is compressed; whatever is set, any reader understands. */
  void prepare(ZstdCompressCtx compressor) {
    compressor.setLevel(zstdLevel);
    compressor.setMinMatch(zstdMinMatch);
  }
}
