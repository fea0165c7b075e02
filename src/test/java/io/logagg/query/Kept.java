package io.logagg.query;

/** How the records of a test are kept. */
enum Kept {
  /** As rows, all of them. */
  ROWS,
  /** In blocks, all of them. */
  BLOCKS,
  /** Some as rows and some in blocks, whose times overlap. */
  MIXED
}
