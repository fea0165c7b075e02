package io.logagg.block;

/** What a block keeps apart, so that a reader decodes no more than it needs. */
public enum Column {
  /** The records' times and unique numbers, by which they are in order. */
  IDS(1),
  RECEIVED(2),
  /** App, level and service. */
  NAMES(3),
  MESSAGES(4),
  METADATA(5),
  SOURCE_IDS(6);

  private final int code;

  Column(int code) {
    this.code = code;
  }

  /** How the column is called in its bytes: a column in the place of another is damage. */
  int code() {
    return code;
  }
}
